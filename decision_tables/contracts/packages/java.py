"""A project for Maven, which fetches its compilers itself."""

from __future__ import annotations

from decision_tables.contracts.contract import Kind
from decision_tables.contracts.packages import casing
from decision_tables.contracts.packages.filling import Filling, Given, joined, quoted

_POM = """<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>dev.decisiontables.models</groupId>
  <artifactId>@dashed@</artifactId>
  <version>@version@.0.0</version>
  <name>@title@</name>
  <properties>
    <maven.compiler.release>17</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
    <grpc.version>1.83.1</grpc.version>
    <protobuf.version>4.36.2</protobuf.version>
  </properties>
  <dependencies>
    <dependency>
      <groupId>io.grpc</groupId>
      <artifactId>grpc-netty-shaded</artifactId>
      <version>${grpc.version}</version>
    </dependency>
    <dependency>
      <groupId>io.grpc</groupId>
      <artifactId>grpc-protobuf</artifactId>
      <version>${grpc.version}</version>
    </dependency>
    <dependency>
      <groupId>io.grpc</groupId>
      <artifactId>grpc-stub</artifactId>
      <version>${grpc.version}</version>
    </dependency>
    <dependency>
      <groupId>com.google.protobuf</groupId>
      <artifactId>protobuf-java</artifactId>
      <version>${protobuf.version}</version>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin>
        <groupId>org.apache.maven.plugins</groupId>
        <artifactId>maven-compiler-plugin</artifactId>
        <version>3.14.1</version>
      </plugin>
      <plugin>
        <groupId>org.codehaus.mojo</groupId>
        <artifactId>exec-maven-plugin</artifactId>
        <version>3.5.1</version>
        <configuration>
          <mainClass>Example</mainClass>
        </configuration>
      </plugin>
      <plugin>
        <groupId>io.github.ascopes</groupId>
        <artifactId>protobuf-maven-plugin</artifactId>
        <version>3.10.3</version>
        <configuration>
          <protocVersion>${protobuf.version}</protocVersion>
          <sourceDirectories>
            <sourceDirectory>${project.basedir}/proto</sourceDirectory>
          </sourceDirectories>
          <binaryMavenPlugins>
            <binaryMavenPlugin>
              <groupId>io.grpc</groupId>
              <artifactId>protoc-gen-grpc-java</artifactId>
              <version>${grpc.version}</version>
            </binaryMavenPlugin>
          </binaryMavenPlugins>
        </configuration>
        <executions>
          <execution>
            <goals>
              <goal>generate</goal>
            </goals>
          </execution>
        </executions>
      </plugin>
    </plugins>
  </build>
</project>
"""
_EXAMPLE = """import com.google.protobuf.TextFormat;
@imports@import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.concurrent.TimeUnit;

/** Asks one table: mvn compile exec:java -Dexec.args=ADDRESS */
public final class Example {
  private Example() {}

  public static void main(String[] arguments) throws InterruptedException {
    String address = arguments.length > 0 ? arguments[0] : "127.0.0.1:50051";
    ManagedChannel channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      @method@Request request = @method@Request.newBuilder()
@fill@          .build();
      @method@Response answer = @service@Grpc.newBlockingStub(channel)
          .withDeadlineAfter(10, TimeUnit.SECONDS)
          .@rpc@(request);
      System.out.println(TextFormat.printer().escapingNonAscii(false).printToString(answer));
    } finally {
      channel.shutdown().awaitTermination(5, TimeUnit.SECONDS);
    }
  }
}
"""
_BESIDE = """
`mvn install` puts the package into the local repository, and a program depends on it:

    <dependency>
      <groupId>dev.decisiontables.models</groupId>
      <artifactId>@dashed@</artifactId>
      <version>@version@.0.0</version>
    </dependency>

Other contracts and the general client may stand beside it: the messages that all contracts share, such as `Decision`,
lie in a Java package of this contract alone, `dev.decisiontables.models.@part@.v@version@.shared`.
"""


def package(filling: Filling) -> dict[str, bytes]:
    """The files of the project; Google's protos come with proto-google-common-protos, on which grpc-protobuf rests."""
    here = f"dev.decisiontables.models.{filling.part}.v{filling.version}"
    words = {
        "rpc": casing.java_method(filling.method.name),
        "fill": joined(map(_setting, (pair for given in filling.given for pair in _pairs(given))), "          "),
        "imports": joined(_imports(filling, here), ""),
    }
    command = "mvn compile exec:java -Dexec.args=127.0.0.1:50051"
    return filling.sources_apart("java_package", f"{here}.shared") | {
        "pom.xml": filling.fill(_POM),
        "src/main/java/Example.java": filling.fill(_EXAMPLE, **words),
        "README.md": filling.readme("Java", "Java 17 and Maven", command, _BESIDE),
    }


def _imports(filling: Filling, here: str) -> list[str]:
    kinds = {Kind.DATE: "com.google.type.Date", Kind.DECIMAL: "com.google.type.Decimal"}
    used = [name for kind, name in kinds.items() if filling.holds(kind)]
    used += [f"{here}.{name}" for name in dict.fromkeys(given.enum for given in filling.given if given.enum)]
    method = filling.method.name
    used += [f"{here}.{name}" for name in (f"{method}Request", f"{method}Response", f"{filling.service}Grpc")]
    return [f"import {name};" for name in sorted(used)]


def _pairs(given: Given) -> list[tuple[Given, object]]:
    return [(given, value) for value in given.values]


def _setting(pair: tuple[Given, object]) -> str:
    given, value = pair
    return f".{'add' if given.is_list else 'set'}{casing.pascal(given.name)}({_one(given, value)})"


def _one(given: Given, value: object) -> str:
    match value:
        case {"year": year, "month": month, "day": day}:
            return f"Date.newBuilder().setYear({year}).setMonth({month}).setDay({day})"
        case {"value": number}:
            return f'Decimal.newBuilder().setValue("{number}")'
        case bool():
            return str(value).lower()
        case str() if given.kind is Kind.ENUM:
            return f"{given.enum}.{value}"
        case str() if given.kind is Kind.INT64:
            return f"{value}L"
        case str():
            return quoted(value)
    return str(value)
