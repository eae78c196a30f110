"""What is worked out of a frozen object when it is first asked for, and kept beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Of = TypeVar("Of")
Worked = TypeVar("Worked")


class once(Generic[Of, Worked]):  # noqa: N801 - stands before a method like `property`
    """`functools.cached_property` without the lock that it has before Python 3.12, which took longer than the work.

    Two threads may both work it out, with the same result. The class needs a `__dict__`.
    """

    def __init__(self, work_out: Callable[[Of], Worked]) -> None:
        self._work_out, self.__doc__ = work_out, work_out.__doc__

    def __set_name__(self, owner: type[Of], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, of: None, owner: type[Of]) -> once[Of, Worked]: ...
    @overload
    def __get__(self, of: Of, owner: type[Of]) -> Worked: ...
    def __get__(self, of: Any, owner: type[Any]) -> Any:
        if of is None:
            return self
        worked = of.__dict__[self._name] = self._work_out(of)
        return worked
