"""A project for C#, whose build makes the code."""

from __future__ import annotations

from decision_tables.contracts.contract import Lock
from decision_tables.contracts.names import camel
from decision_tables.contracts.packages.filling import README, Filling, filling_of

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
var request = new @method@Request {@fill@};
Console.WriteLine(await client.@method@Async(request, deadline: DateTime.UtcNow.AddSeconds(5)));
"""


def package(lock: Lock) -> dict[str, bytes]:
    """The files of the project."""
    filling = filling_of(lock)
    words = {"camel": camel(filling.part), "fill": _fill(filling)}
    return filling.sources() | {
        f"{camel(filling.part)}.csproj": filling.fill(_PROJECT, **words),
        "Example.cs": filling.fill(_EXAMPLE, **words),
        "README.md": filling.fill(README, language="C#", command="dotnet run 127.0.0.1:50051"),
    }


def _fill(filling: Filling) -> str:
    if filling.input is None:
        return ""
    value = "30" if filling.is_number else '"…"'
    return f" {camel(filling.input.name)} = {value} "
