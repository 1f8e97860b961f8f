"""A project for C#, whose build makes the code."""

from __future__ import annotations

from decision_tables.contracts.contract import Kind
from decision_tables.contracts.names import camel, enum_prefix
from decision_tables.contracts.packages import casing
from decision_tables.contracts.packages.filling import Filling, Given, joined, quoted

_PROJECT = """<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net8.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <PackageId>DecisionTables.Models.@camel@</PackageId>
    <Version>@version@.0.0</Version>
    <Description>The typed gRPC contract of the decision tables @model@</Description>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Google.Api.CommonProtos" Version="2.17.0" />
    <PackageReference Include="Google.Protobuf" Version="3.36.2" />
    <PackageReference Include="Grpc.Net.Client" Version="2.85.0" />
    <PackageReference Include="Grpc.Tools" Version="2.85.0" PrivateAssets="All" />
  </ItemGroup>
  <ItemGroup>
    <Protobuf Include="proto/**/*.proto" ProtoRoot="proto" AdditionalImportDirs="third_party" GrpcServices="Client" />
  </ItemGroup>
</Project>
"""
_EXAMPLE = """// Asks one table: dotnet run ADDRESS
using DecisionTables.Models.@camel@.V@version@;
using Grpc.Net.Client;

using var channel = GrpcChannel.ForAddress($"http://{(args.Length > 0 ? args[0] : "127.0.0.1:50051")}");
var client = new @service@.@service@Client(channel);
var request = new @method@Request
{
@fill@};
Console.WriteLine(await client.@method@Async(request, deadline: DateTime.UtcNow.AddSeconds(10)));
"""


_BESIDE = """
    dotnet add reference PATH/@camel@.csproj

Other contracts may stand beside it: the messages that all contracts share, such as `Decision`, lie in a namespace of
this contract alone, `DecisionTables.Models.@camel@.V@version@.Shared`.
"""


def package(filling: Filling) -> dict[str, bytes]:
    """The files of the project."""
    name = camel(filling.part)
    words = {"camel": name, "fill": joined(map(_setting, filling.given), "    ")}
    shared = f"DecisionTables.Models.{name}.V{filling.version}.Shared"
    google = {path: text for path, text in filling.sources().items() if not path.startswith("proto/")}
    return (
        google
        | filling.sources_apart("csharp_namespace", shared)
        | {
            f"{name}.csproj": filling.fill(_PROJECT, **words),
            "Example.cs": filling.fill(_EXAMPLE, **words),
            "README.md": filling.readme("C#", ".NET 8", "dotnet run 127.0.0.1:50051", _BESIDE.replace("@camel@", name)),
        }
    )


def _setting(given: Given) -> str:
    values = [_one(given, value) for value in given.values]
    held = "{ " + ", ".join(values) + " }" if given.is_list else values[0]
    return f"{casing.pascal(given.name)} = {held},"


def _one(given: Given, value: object) -> str:
    match value:
        case {"year": year, "month": month, "day": day}:
            return f"new Google.Type.Date {{ Year = {year}, Month = {month}, Day = {day} }}"
        case {"value": number}:
            return f'new Google.Type.Decimal {{ Value = "{number}" }}'
        case bool():
            return str(value).lower()
        case str() if given.kind is Kind.ENUM:
            return f"{given.enum}.{_member(value, given.enum)}"
        case str() if given.kind is not Kind.INT64:
            return quoted(value)
    return str(value)


def _member(constant: str, enum: str) -> str:
    """As protoc names a value of an enum in C#: without the enum's name, in words that begin large."""
    name = casing.pascal(constant.removeprefix(enum_prefix(enum)).lower())
    return f"_{name}" if name[:1].isdigit() else name
