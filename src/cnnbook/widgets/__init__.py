"""Widgets for JupyterLab, each one .py, one .js and one .css, without a build step."""

from cnnbook.widgets.explorer import ConvolutionExplorer

__all__ = ["ConvolutionExplorer"]
