"""The course as a website: pages that answer in the browser, made from the notebooks and the package.

`cnnbook site` builds it. The pages are made with Sphinx, which is installed by the dependency group `site`;
nothing of this room is imported before that command runs.
"""
