// Shows what a server offers, or decides one case: evaluate HOST:PORT [MODEL TABLE KEY=VALUE...].
//
// Every call has a deadline; an error tells its reason from google.rpc.ErrorInfo.

#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include <grpcpp/grpcpp.h>

#include "decisiontables/v1/catalog_service.grpc.pb.h"
#include "decisiontables/v1/evaluation_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace v1 = decisiontables::v1;

namespace {

constexpr auto kTimeout = std::chrono::seconds(5);

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kTimeout);
}

// The reason that the server gives, with its message; the status alone where it gives none.
std::string Why(const grpc::Status& status) {
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      google::rpc::ErrorInfo info;
      if (detail.UnpackTo(&info)) {
        return info.reason() + ": " + status.error_message();
      }
    }
  }
  return std::to_string(status.error_code()) + ": " + status.error_message();
}

std::string Shown(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kText: return value.text();
    case v1::Value::kDecimal: return value.decimal().value();
    case v1::Value::kInteger: return std::to_string(value.integer());
    case v1::Value::kBoolean: return value.boolean() ? "yes" : "no";
    case v1::Value::kCode: return value.code();
    case v1::Value::kMissing: return "-";
    case v1::Value::kDate:
      return std::to_string(value.date().year()) + "-" + std::to_string(value.date().month()) + "-" +
             std::to_string(value.date().day());
    default: return value.ShortDebugString();
  }
}

int Show(const std::shared_ptr<grpc::Channel>& channel) {
  auto stub = v1::CatalogService::NewStub(channel);
  v1::ListModelsRequest request;
  do {
    grpc::ClientContext context;
    SetDeadline(context);
    v1::ListModelsResponse response;
    if (auto status = stub->ListModels(&context, request, &response); !status.ok()) {
      std::cerr << Why(status) << "\n";
      return 1;
    }
    for (const auto& model : response.models()) {
      std::cout << model.key() << "  " << model.title() << "\n";
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  return 0;
}

int Decide(const std::shared_ptr<grpc::Channel>& channel, int count, char** words) {
  v1::EvaluateRequest request;
  request.set_model(words[0]);
  request.set_table(words[1]);
  for (int position = 2; position < count; ++position) {
    const std::string input = words[position];
    const auto equals = input.find('=');
    // A text may stand for any type: "2025-01-31", "12.50", a label.
    (*request.mutable_inputs())[input.substr(0, equals)].set_text(input.substr(equals + 1));
  }
  grpc::ClientContext context;
  SetDeadline(context);
  v1::EvaluateResponse response;
  auto stub = v1::EvaluationService::NewStub(channel);
  if (auto status = stub->Evaluate(&context, request, &response); !status.ok()) {
    std::cerr << Why(status) << "\n";
    return 1;
  }
  for (const auto& [key, value] : response.decision().results()) {
    std::cout << key << " = " << Shown(value) << "\n";
  }
  for (const auto& match : response.decision().matches()) {
    std::cout << "  " << match.rule() << " at " << match.cell() << "\n";
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string target = argc > 1 ? argv[1] : "localhost:50051";
  auto channel = grpc::CreateChannel(target, grpc::InsecureChannelCredentials());
  return argc > 3 ? Decide(channel, argc - 2, argv + 2) : Show(channel);
}
