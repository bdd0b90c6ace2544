"""What the web server runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.site.settings")
application = get_wsgi_application()
# The pages are loaded before the first person asks for one; the collector of rubbish need not look through them again.
len(get_resolver().url_patterns)
gc.collect()
gc.freeze()
