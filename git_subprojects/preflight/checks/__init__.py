"""The checks of patches before they are sent, a module each; registries.CHECKS names them."""
