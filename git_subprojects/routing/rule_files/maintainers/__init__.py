"""MAINTAINERS files, read as the get_maintainer.pl of each tree reads them."""
