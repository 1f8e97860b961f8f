"""A CMake project for C++, whose build makes the code by the protoc of the system."""

from __future__ import annotations

from decision_tables.contracts.bundle import GOOGLE, PROTO
from decision_tables.contracts.contract import Kind
from decision_tables.contracts.packages.filling import Filling, Given, joined, quoted

_CMAKE = """# The typed gRPC contract of the decision tables @model@ as a library, and an example that asks a server.
cmake_minimum_required(VERSION 3.21)
project(@part@_contract_v@version@ LANGUAGES CXX)

if(NOT CMAKE_CXX_STANDARD)
  set(CMAKE_CXX_STANDARD 17)
endif()
find_package(PkgConfig REQUIRED)
pkg_check_modules(GRPC REQUIRED IMPORTED_TARGET grpc++ protobuf)
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

# A library of the code that protoc makes of some protos.
function(add_proto_library target)
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/generated")
  file(MAKE_DIRECTORY "${generated}")
  set(sources)
  foreach(file ${ARGN})
    string(REPLACE ".proto" "" stem ${file})
    set(made "${generated}/${stem}.pb.cc" "${generated}/${stem}.grpc.pb.cc")
    add_custom_command(
      OUTPUT ${made}
      COMMAND ${PROTOC} "--proto_path=${CMAKE_CURRENT_SOURCE_DIR}/@proto_folder@"
              "--proto_path=${CMAKE_CURRENT_SOURCE_DIR}/@google_folder@"
              "--cpp_out=${generated}" "--grpc_out=${generated}"
              "--plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN}" ${file}
      DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/@proto_folder@"
      VERBATIM)
    list(APPEND sources ${made})
  endforeach()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC "${generated}")
  target_link_libraries(${target} PUBLIC PkgConfig::GRPC)
endfunction()

# The messages that all contracts share. A program has them once: those of the first package that it adds.
if(NOT TARGET decision_tables_shared)
  add_proto_library(
    decision_tables_shared
@shared@  )
endif()

add_proto_library(@part@_contract_v@version@ @proto@)
target_link_libraries(@part@_contract_v@version@ PUBLIC decision_tables_shared)

add_executable(@part@_example_v@version@ EXCLUDE_FROM_ALL example.cc)
target_link_libraries(@part@_example_v@version@ PRIVATE @part@_contract_v@version@)
if(PROJECT_IS_TOP_LEVEL)
  set_target_properties(@part@_example_v@version@ PROPERTIES EXCLUDE_FROM_ALL FALSE OUTPUT_NAME example)
endif()
"""
_EXAMPLE = """// Asks one table: build/example [ADDRESS]
#include <chrono>
#include <iostream>
#include <string>

#include <google/protobuf/text_format.h>
#include <grpcpp/grpcpp.h>

#include "@stem@.grpc.pb.h"

namespace contract = @namespace@;

int main(int count, char** arguments) {
  const std::string address = count > 1 ? arguments[1] : "127.0.0.1:50051";
  const auto stub = contract::@service@::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  contract::@method@Request request;
@fill@
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  contract::@method@Response answer;
  const grpc::Status status = stub->@method@(&context, request, &answer);
  if (!status.ok()) {
    std::cerr << status.error_code() << ": " << status.error_message() << "\\n";
    return 1;
  }
  google::protobuf::TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(answer, &text);
  std::cout << text;
}
"""
_BESIDE = """
    add_subdirectory(PATH @part@)
    target_link_libraries(my_program PRIVATE @part@_contract_v@version@)

    #include "@stem@.grpc.pb.h"

Other contracts and `clients/cpp` may be added beside it: the messages that all contracts share, such as `Decision`, are
the target `decision_tables_shared`, and a program has those of whichever it adds first. Add `clients/cpp` before the
contracts.
"""


def package(filling: Filling) -> dict[str, bytes]:
    """The files of the project."""
    sources = filling.sources()
    shared = [path.partition("/")[2] for path in sources if path != f"{PROTO}/{filling.proto}"]
    shared = [path for path in shared if not path.startswith("decisiontables/models/")]
    words = {
        "stem": filling.proto.removesuffix(".proto"),
        "namespace": filling.package.replace(".", "::"),
        "shared": joined(shared, "    "),
        "proto_folder": PROTO,
        "google_folder": GOOGLE,
        "fill": joined((line for given in filling.given for line in _settings(given)), "  "),
    }
    needs = "CMake 3.21, a compiler for C++17, and gRPC with protobuf (Debian: libgrpc++-dev protobuf-compiler-grpc)"
    return sources | {
        "CMakeLists.txt": filling.fill(_CMAKE, **words),
        "example.cc": filling.fill(_EXAMPLE, **words),
        "README.md": filling.readme(
            "C++",
            needs,
            "cmake -S . -B build && cmake --build build -j2 && build/example 127.0.0.1:50051",
            _BESIDE.replace("@stem@", words["stem"]),
        ),
    }


def _settings(given: Given) -> list[str]:
    return [line for value in given.values for line in _setting(given, value)]


def _setting(given: Given, value: object) -> list[str]:
    match value:
        case {"year": year, "month": month, "day": day}:
            field = f"request.mutable_{given.name}()"
            return [f"{field}->set_year({year});", f"{field}->set_month({month});", f"{field}->set_day({day});"]
        case {"value": number}:
            return [f'request.mutable_{given.name}()->set_value("{number}");']
    return [f"request.{'add' if given.is_list else 'set'}_{given.name}({_one(given, value)});"]


def _one(given: Given, value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str() if given.kind is Kind.ENUM:
            return f"contract::{value}"
        case str() if given.kind is not Kind.INT64:
            return quoted(value)
    return str(value)
