"""What the parameters of acts may be; times and rates are on the clock of the story."""

from typing import Annotated, TypeAlias

from pydantic import Field

Port: TypeAlias = Annotated[int, Field(ge=1, le=65_535)]
PerMinute: TypeAlias = Annotated[float, Field(gt=0, le=3_000)]
Minutes: TypeAlias = Annotated[float, Field(gt=0, le=24 * 60)]
Count: TypeAlias = Annotated[int, Field(ge=1, le=5_000)]
Megabytes: TypeAlias = Annotated[float, Field(gt=0, le=256)]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
