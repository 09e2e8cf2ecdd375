"""What a roster's JSON Schema says of its entries, as faults that a person can act on."""

from rollkeeper.loading.schema.compiling import SchemaError, Validator, compile_schema
from rollkeeper.loading.schema.validating import defects

__all__ = ["SchemaError", "Validator", "compile_schema", "defects"]
