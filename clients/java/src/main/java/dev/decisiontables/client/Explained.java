package dev.decisiontables.client;

import dev.decisiontables.v1.ExplainResponse;
import dev.decisiontables.v1.Explanation;

/**
 * A decision with how it came about.
 *
 * @param decision null where the case was refused
 * @param refused why there is no decision; null where there is one
 * @param explanation how it came about, as far as it came
 */
public record Explained(Decision decision, RequestRefusedException refused, Explanation explanation) {

  static Explained from(ExplainResponse response, String requestId) {
    var explanation = response.getExplanation();
    return new Explained(
        response.hasDecision() ? Decision.from(response.getDecision()) : null,
        explanation.hasError() ? Refusal.ofRow(explanation.getError(), requestId) : null,
        explanation);
  }
}
