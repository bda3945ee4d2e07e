"""Run the command line as ``python -m cnnbook``."""

from cnnbook.cli import main

if __name__ == "__main__":
    main(prog_name="cnnbook")
