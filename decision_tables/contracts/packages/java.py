"""A project for Maven, which fetches its compilers itself."""

from __future__ import annotations

from decision_tables.contracts.contract import Lock
from decision_tables.contracts.names import camel
from decision_tables.contracts.packages.filling import README, Filling, filling_of

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
_EXAMPLE = """import dev.decisiontables.models.@part@.v@version@.@method@Request;
import dev.decisiontables.models.@part@.v@version@.@service@Grpc;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.concurrent.TimeUnit;

/** Asks one table: mvn compile exec:java -Dexec.args=ADDRESS */
public final class Example {
  private Example() {}

  public static void main(String[] arguments) throws InterruptedException {
    String address = arguments.length > 0 ? arguments[0] : "127.0.0.1:50051";
    ManagedChannel channel = ManagedChannelBuilder.forTarget(address).usePlaintext().build();
    try {
      @method@Request request = @method@Request.newBuilder()@fill@.build();
      System.out.println(
          @service@Grpc.newBlockingStub(channel)
              .withDeadlineAfter(5, TimeUnit.SECONDS)
              .@rpc@(request));
    } finally {
      channel.shutdown().awaitTermination(5, TimeUnit.SECONDS);
    }
  }
}
"""


def package(lock: Lock) -> dict[str, bytes]:
    """The files of the project."""
    filling = filling_of(lock)
    method = filling.method.name
    readme = {"language": "Java", "command": "mvn compile exec:java -Dexec.args=127.0.0.1:50051"}
    words = {"fill": _fill(filling), "rpc": method[:1].lower() + method[1:]}
    # Google's protos come with proto-google-common-protos, on which grpc-protobuf rests
    sources = {path: text for path, text in filling.sources().items() if path.startswith("proto/")}
    return sources | {
        "pom.xml": filling.fill(_POM),
        "src/main/java/Example.java": filling.fill(_EXAMPLE, **words),
        "README.md": filling.fill(README, **readme),
    }


def _fill(filling: Filling) -> str:
    if filling.input is None:
        return ""
    value = "30" if filling.is_number else '"…"'
    return f".set{camel(filling.input.name)}({value})"
