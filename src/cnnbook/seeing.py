from typing import Any
class FieldOfView:
    @classmethod
    def of_input(cls, s): return None
def after(*a): return None
