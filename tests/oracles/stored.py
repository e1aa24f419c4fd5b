"""What the scripts of JSON files share: packages of stated versions, and writing the file or, with --check, comparing it."""
import importlib.metadata
import sys


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def require(versions):
    """Ends with 77 unless each package is there in its version."""
    try:
        for package, wanted in versions.items():
            if importlib.metadata.version(package) != wanted:
                raise ImportError(f"{package} {importlib.metadata.version(package)}; needed is {wanted}")
    except ImportError as missing:
        skip(missing)


def store(path, text, equal=lambda old, new: old == new):
    if "--check" not in sys.argv[1:]:
        path.write_text(text)
    elif not equal(path.read_text(), text):
        sys.exit(f"{path} differs from what this script makes")
