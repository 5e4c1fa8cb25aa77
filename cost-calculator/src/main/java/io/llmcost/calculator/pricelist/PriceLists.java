package io.llmcost.calculator.pricelist;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a list's text, in whichever of the forms it is. */
public final class PriceLists {

  // A name that comes twice in one object means that half of it would be lost without a word.
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private PriceLists() {}

  /**
   * Reads {@code text}.
   *
   * @param format null to tell by the text
   * @param readOn the day that rates without a date of their own were read on
   * @throws UnreadableListException if it is no such list as a whole
   */
  public static PriceList read(String text, @Nullable ListFormat format, LocalDate readOn) {
    ListFormat known = format == null ? ListFormat.detect(text) : format;
    return switch (known) {
      case CSV -> CsvList.read(text);
      case LITELLM -> new LiteLlmList(readOn).read(json(text));
      case GENAI_PRICES -> new GenAiPricesList(readOn).read(json(text));
    };
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new UnreadableListException(
          "file",
          "line %d: no valid JSON, %s"
              .formatted(
                  e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()));
    }
  }
}
