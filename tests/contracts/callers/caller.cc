// Asks the typed service and the general one in one program: caller ADDRESS
#include <chrono>
#include <iostream>

#include <grpcpp/grpcpp.h>

#include "decisiontables/models/hall_hire/v1/hall_hire.grpc.pb.h"
#include "decisiontables/v1/evaluation_service.grpc.pb.h"

namespace contract = decisiontables::models::hall_hire::v1;
namespace general = decisiontables::v1;

int main(int, char** arguments) {
  const auto channel = grpc::CreateChannel(arguments[1], grpc::InsecureChannelCredentials());
  const auto deadline = std::chrono::system_clock::now() + std::chrono::seconds(60);
  contract::ABRequest request;
  request.set_hall(contract::HALL_MAIN_1);
  request.set_a1b(80);
  request.add_type_value("training");
  request.mutable_first_day()->set_year(2025);
  request.mutable_first_day()->set_month(5);
  request.mutable_first_day()->set_day(1);
  request.mutable_deposit()->set_value("200.05");
  request.set_member(true);
  request.set_number("H-7");
  request.set_serial(3000000000);
  contract::ABResponse answer;
  grpc::ClientContext typed_call;
  typed_call.set_deadline(deadline);
  const auto typed = contract::HallHireService::NewStub(channel)->AB(&typed_call, request, &answer);
  general::EvaluateRequest question;
  question.set_model("pool_fees");
  question.set_table("ticket");
  (*question.mutable_inputs())["age"].set_integer(3);
  general::EvaluateResponse decided;
  grpc::ClientContext general_call;
  general_call.set_deadline(deadline);
  const auto asked = general::EvaluationService::NewStub(channel)->Evaluate(&general_call, question, &decided);
  if (!typed.ok() || !asked.ok()) {
    std::cerr << typed.error_message() << asked.error_message() << "\n";
    return 1;
  }
  std::cout << answer.fee().value() << " " << contract::Grade_Name(answer.grade_2()) << " "
            << answer.decision().model() << " " << decided.decision().results().at("ticket").code() << "\n";
}
