"""A certificate on paper: `document.py` joins what `common.py` lays out, `personal.py` draws and `signing.py` signs."""
