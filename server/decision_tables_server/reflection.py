"""Server reflection under both of its names: what is served at this moment, comments included.

grpcio-reflection itself knows only the older name, freezes its services when the server starts, and drops comments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import grpc
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto
from google.rpc import error_details_pb2
from grpc_reflection.v1alpha import reflection_pb2 as messages

from decision_tables.contracts.nouns import nouns

NAMES: Final = ("grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection")


class Described:
    """Files by path, by the symbols in them, and by the extensions in them."""

    def __init__(self, files: Iterable[FileDescriptorProto]) -> None:
        self.by_path: dict[str, FileDescriptorProto] = {}
        self.by_symbol: dict[str, str] = {}
        self.extensions: dict[str, dict[int, str]] = {}
        for file in files:
            self._add(file)

    def _add(self, file: FileDescriptorProto) -> None:
        self.by_path[file.name] = file
        self.by_symbol |= dict.fromkeys(_symbols(file), file.name)
        for extension in file.extension:
            known = self.extensions.setdefault(extension.extendee.removeprefix("."), {})
            known[extension.number] = file.name

    def with_imports(self, path: str) -> list[bytes]:
        """A file and all that it imports, itself first, as bytes."""
        seen: dict[str, None] = {}
        waiting = [path]
        while waiting:
            name = waiting.pop(0)
            if name in self.by_path and name not in seen:
                seen[name] = None
                waiting += self.by_path[name].dependency
        return [self.by_path[name].SerializeToString() for name in seen]


def _symbols(file: FileDescriptorProto) -> Iterator[str]:
    prefix = f"{file.package}." if file.package else ""
    for message in file.message_type:
        yield from _symbols_of(message, prefix)
    for enum in file.enum_type:
        yield prefix + enum.name
        yield from (prefix + value.name for value in enum.value)
    for service in file.service:
        yield prefix + service.name
        yield from (f"{prefix}{service.name}.{method.name}" for method in service.method)
    yield from (prefix + extension.name for extension in file.extension)


def _symbols_of(message: DescriptorProto, prefix: str) -> Iterator[str]:
    name = prefix + message.name
    yield name
    yield from (f"{name}.{field.name}" for field in message.field)
    for nested in message.nested_type:
        yield from _symbols_of(nested, f"{name}.")
    for enum in message.enum_type:
        yield f"{name}.{enum.name}"


def known_files(services: Iterable[str]) -> list[FileDescriptorProto]:
    """The files behind services of the generated code, with comments where we have them."""
    pool = descriptor_pool.Default()
    found: dict[str, FileDescriptorProto] = {}
    waiting = [pool.FindFileContainingSymbol(service) for service in services]
    waiting.append(error_details_pb2.DESCRIPTOR)  # what errors carry, so that tools can show it
    while waiting:
        file = waiting.pop()
        if file.name not in found:
            found[file.name] = nouns().get(file.name) or FileDescriptorProto.FromString(file.serialized_pb)
            waiting += file.dependencies
    return [*found.values(), *(file for name, file in nouns().items() if name not in found)]


class Reflection:
    """Answers from what ``typed`` gives at the moment of the question, and from the services that never change."""

    def __init__(
        self, services: Iterable[str], typed: Callable[[], tuple[list[str], list[FileDescriptorProto]]]
    ) -> None:
        self._services = (*services, *NAMES)
        self._known = known_files(service for service in self._services if service != NAMES[0])
        self._typed = typed
        self._made: tuple[list[FileDescriptorProto], Described] = ([], Described(self._known))

    def answer(self, requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        """One answer for each question of a stream."""
        for request in requests:
            response = messages.ServerReflectionResponse(valid_host=request.host, original_request=request)
            self._fill(response, request)
            yield response

    def _fill(self, response: Any, request: Any) -> None:
        services, files = self._typed()
        described = self._described(files)
        kind = request.WhichOneof("message_request")
        match kind:
            case "list_services":
                for name in sorted([*self._services, *services]):
                    response.list_services_response.service.add(name=name)
                return
            case "file_by_filename":
                path = request.file_by_filename if request.file_by_filename in described.by_path else None
            case "file_containing_symbol":
                path = described.by_symbol.get(request.file_containing_symbol)
            case "file_containing_extension":
                asked = request.file_containing_extension
                path = described.extensions.get(asked.containing_type, {}).get(asked.extension_number)
            case "all_extension_numbers_of_type":
                self._fill_numbers(response, request.all_extension_numbers_of_type, described)
                return
            case _:
                _fail(response, grpc.StatusCode.INVALID_ARGUMENT, "the question is empty")
                return
        if path is None:
            _fail(response, grpc.StatusCode.NOT_FOUND, "not found")
        else:
            response.file_descriptor_response.file_descriptor_proto.extend(described.with_imports(path))

    def _fill_numbers(self, response: Any, type_name: str, described: Described) -> None:
        if type_name not in described.extensions and type_name not in described.by_symbol:
            _fail(response, grpc.StatusCode.NOT_FOUND, "not found")
            return
        answer = response.all_extension_numbers_response
        answer.base_type_name = type_name
        answer.extension_number.extend(sorted(described.extensions.get(type_name, {})))

    def _described(self, files: list[FileDescriptorProto]) -> Described:
        """What is known of the files, made once for each set of them."""
        made, described = self._made
        if len(made) != len(files) or any(one is not other for one, other in zip(made, files, strict=True)):
            described = Described([*self._known, *files])
            self._made = (files, described)
        return described


def _fail(response: Any, code: grpc.StatusCode, message: str) -> None:
    response.error_response.error_code = code.value[0]
    response.error_response.error_message = message


def add_reflection(
    server: grpc.Server,
    services: Iterable[str],
    typed: Callable[[], tuple[list[str], list[FileDescriptorProto]]] = lambda: ([], []),
) -> None:
    """Let callers ask the server for its services and their types.

    The streams have threads of their own, so that open ones never hold up decisions.
    """
    reflection = Reflection(services, typed)

    def answer(requests: Iterator[Any], context: grpc.ServicerContext) -> Iterator[Any]:
        yield from reflection.answer(requests, context)

    answer.experimental_thread_pool = ThreadPoolExecutor(2, "reflection")  # type: ignore[attr-defined]  # gRPC's own way
    handler = grpc.stream_stream_rpc_method_handler(
        answer,
        request_deserializer=messages.ServerReflectionRequest.FromString,
        response_serializer=messages.ServerReflectionResponse.SerializeToString,
    )
    for name in NAMES:
        server.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler(name, {"ServerReflectionInfo": handler}),)
        )
