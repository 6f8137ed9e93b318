"""From a labelled corpus to a model folder with its figures; needs the `train` extra."""
