import com.google.type.Date;
import com.google.type.Decimal;
import dev.decisiontables.client.Ask;
import dev.decisiontables.client.Connection;
import dev.decisiontables.client.DecisionTablesClient;
import dev.decisiontables.models.hall_hire.v1.ABRequest;
import dev.decisiontables.models.hall_hire.v1.Hall;
import dev.decisiontables.models.hall_hire.v1.HallHireServiceGrpc;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks the typed service and the general one in one program: ADDRESS. */
public final class Caller {
  public static void main(String[] arguments) {
    var channel = ManagedChannelBuilder.forTarget(arguments[0]).usePlaintext().build();
    var request = ABRequest.newBuilder()
        .setHall(Hall.HALL_MAIN_1)
        .setA1B(80)
        .addTypeValue("training")
        .setFirstDay(Date.newBuilder().setYear(2025).setMonth(5).setDay(1))
        .setDeposit(Decimal.newBuilder().setValue("200.05"))
        .setMember(true)
        .setNumber("H-7")
        .setSerial(3000000000L)
        .build();
    var stub = HallHireServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
    var answer = stub.aB(request);
    try (var client = DecisionTablesClient.connect(Connection.to(arguments[0]).timeout(Duration.ofMinutes(1)))) {
      var decision = client.evaluate(Map.of("age", 3), Ask.of("pool_fees", "ticket"));
      System.out.println(answer.getFee().getValue() + " " + answer.getGrade2() + " "
          + answer.getDecision().getModel() + " " + decision.results().get("ticket"));
    }
    channel.shutdownNow();
  }
}
