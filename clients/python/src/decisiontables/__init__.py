"""The decision tables contract, generated from protos/ by make generate."""

from pkgutil import extend_path

# Stubs of typed contracts, decisiontables.models, may lie elsewhere on the path.
__path__ = extend_path(__path__, __name__)
