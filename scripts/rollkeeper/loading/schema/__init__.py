"""What a roster's JSON Schema refuses in it, as defects that name the place and the remedy."""

from rollkeeper.loading.schema.compiling import SchemaError, Validator, compile_schema
from rollkeeper.loading.schema.validating import defects

__all__ = ["SchemaError", "Validator", "compile_schema", "defects"]
