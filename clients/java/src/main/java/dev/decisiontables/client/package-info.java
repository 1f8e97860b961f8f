/**
 * A thin client for decision tables servers.
 *
 * <pre>{@code
 * try (var client = DecisionTablesClient.connect("localhost:50051")) {
 *   var decision = client.evaluate(Map.of("出生日期", LocalDate.of(2007, 6, 30)), Ask.of("library_fees"));
 *   System.out.println(decision.results());
 * }
 * }</pre>
 */
package dev.decisiontables.client;
