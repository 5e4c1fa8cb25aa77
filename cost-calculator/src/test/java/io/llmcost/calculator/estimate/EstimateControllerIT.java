package io.llmcost.calculator.estimate;

import static io.llmcost.calculator.CalculatorFixture.EMITTER;
import static io.llmcost.calculator.CalculatorFixture.READER;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmcost.calculator.CalculatorFixture;
import io.llmcost.calculator.CalculatorFixture.Answer;
import org.junit.jupiter.api.Test;

class EstimateControllerIT {

  private final CalculatorFixture calculator = CalculatorFixture.shared();

  @Test
  void aReaderEstimatesByTheShippedBook() {
    Answer answer =
        calculator.post(
            "/v1/estimates",
            READER,
            """
            {"provider": "openai", "model": "gpt-4", "expected_completion_tokens": 100,
             "messages": [{"role": "user", "content": "tiktoken is great!"}],
             "at": "2026-11-24T00:00:00Z"}\
            """);
    assertThat(answer.status()).isEqualTo(200);
    // 13 tokens at 30 and 100 at 60 for a million.
    assertThat(answer.json().at("/tokens/prompt").asLong()).isEqualTo(13);
    assertThat(answer.json().at("/tokens/source").asString()).isEqualTo("tokenizer");
    assertThat(answer.json().at("/cost/prompt").asString()).isEqualTo("0.00039");
    assertThat(answer.json().at("/cost/completion").asString()).isEqualTo("0.006");
    assertThat(answer.json().at("/cost/total").asString()).isEqualTo("0.00639");
    assertThat(answer.json().at("/line_items/0/unit_price").asString()).isEqualTo("30");
  }

  @Test
  void othersDoNotAndBadRequestsSayTheField() {
    String body = "{\"provider\": \"openai\", \"model\": \"gpt-4\", \"prompt_tokens\": 1}";
    assertThat(calculator.post("/v1/estimates", EMITTER, body).status()).isEqualTo(403);
    assertThat(calculator.post("/v1/estimates", "", body).status()).isEqualTo(401);
    Answer refused = calculator.post("/v1/estimates", READER, "{\"model\": \"gpt-4\"}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text("field")).isNotEmpty();
    assertThat(calculator.post("/v1/estimates", READER, "{\"modle\": 1}").status()).isEqualTo(400);
  }
}
