"""Where the product is put together: settings, addresses, the embedded database and the command line."""
