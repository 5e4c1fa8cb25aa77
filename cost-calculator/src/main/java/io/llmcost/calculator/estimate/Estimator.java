package io.llmcost.calculator.estimate;

import io.llmcost.calculator.estimate.EstimateViews.Answer;
import io.llmcost.calculator.estimate.EstimateViews.Cost;
import io.llmcost.calculator.estimate.EstimateViews.Line;
import io.llmcost.calculator.estimate.EstimateViews.Request;
import io.llmcost.calculator.estimate.EstimateViews.Said;
import io.llmcost.calculator.estimate.EstimateViews.Tokens;
import io.llmcost.calculator.estimate.EstimateViews.Used;
import io.llmcost.calculator.estimate.TokenCounter.Count;
import io.llmcost.calculator.estimate.TokenCounter.Message;
import io.llmcost.calculator.estimate.TokenCounter.Source;
import io.llmcost.calculator.pricing.PriceBook;
import io.llmcost.calculator.pricing.PricingQuestion;
import io.llmcost.chassis.problem.InvalidRequestException;
import io.llmcost.schemas.CostStatuses;
import io.llmcost.schemas.Meters;
import io.llmcost.schemas.UsageItem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is asked and a book, and says what the call comes to; refuses by the field at fault.
 */
final class Estimator {

  private static final int MAX_CHARACTERS = 1_000_000;
  private static final int MAX_MESSAGES = 10_000;
  private static final int MAX_ITEMS = 100;
  private static final int MAX_NAME = 512;
  private static final BigDecimal MAX_QUANTITY = new BigDecimal(1_000_000_000_000L);

  private final TokenCounter counter = new TokenCounter();

  /**
   * Estimates.
   *
   * @param now when the call is made where the request does not say
   * @throws InvalidRequestException naming the field
   */
  Answer estimate(PriceBook book, Request request, Instant now) {
    String model = name("model", required("model", request.model()));
    String provider = provider(book, request.provider(), model);
    List<UsageItem> usage = new ArrayList<>();
    Count counted = prompt(request, provider, model, usage);
    long completion = tokens("expected_completion_tokens", request.expectedCompletionTokens());
    if (request.expectedCompletionTokens() != null) {
      if (usage.stream().anyMatch(item -> item.getMeter().equals(Meters.OUTPUT))) {
        throw new InvalidRequestException(
            "expected_completion_tokens", "usage says how much output there is: leave one out");
      }
      usage.add(Meters.item(Meters.OUTPUT, completion));
    }
    Instant at = request.at() == null ? now : request.at();
    Estimate estimate =
        Estimate.of(
            book,
            new PricingQuestion(
                provider,
                model,
                null,
                nameOrNull("service_tier", request.serviceTier()),
                nameOrNull("region", request.region()),
                at,
                null,
                usage));
    return new Answer(
        provider,
        model,
        at,
        book.version(),
        new Tokens(
            sum(usage, Meters::isPrompt),
            sum(usage, Meters::isCompletion),
            counted.source().text(),
            counted.method()),
        new Cost(
            estimate.status(),
            book.currency(),
            EstimateViews.plain(estimate.total()),
            EstimateViews.plain(estimate.prompt()),
            EstimateViews.plain(estimate.completion()),
            estimate.status().equals(CostStatuses.UNPRICED)),
        estimate.lines().stream().map(Line::of).toList());
  }

  private Count prompt(Request request, String provider, String model, List<UsageItem> usage) {
    long given =
        Stream.of(request.usage(), request.promptTokens(), request.text(), request.messages())
            .filter(Objects::nonNull)
            .count();
    if (given != 1) {
      throw new InvalidRequestException(
          "usage", "give one of usage, prompt_tokens, text and messages");
    }
    if (request.usage() != null) {
      usage.addAll(usage(request.usage()));
      return new Count(0, Source.GIVEN, "as given");
    }
    Count count;
    if (request.text() != null) {
      checkLength("text", request.text().length());
      count = counter.text(provider, model, request.text());
    } else if (request.messages() != null) {
      count = counter.messages(provider, model, messages(request.messages()));
    } else {
      long tokens = tokens("prompt_tokens", request.promptTokens());
      count = new Count(tokens, Source.GIVEN, "as given");
    }
    usage.add(Meters.item(Meters.INPUT, count.tokens()));
    return count;
  }

  private static List<UsageItem> usage(List<Used> used) {
    if (used.isEmpty() || used.size() > MAX_ITEMS) {
      throw new InvalidRequestException("usage", "has 1 to " + MAX_ITEMS + " items");
    }
    List<UsageItem> usage = new ArrayList<>();
    for (int i = 0; i < used.size(); i++) {
      String field = "usage[" + i + "].";
      String meter = name(field + "meter", required(field + "meter", used.get(i).meter()));
      BigDecimal quantity = used.get(i).quantity();
      if (quantity == null
          || quantity.signum() < 0
          || quantity.precision() > 38
          || Math.abs(quantity.scale()) > 38
          || quantity.compareTo(MAX_QUANTITY) > 0) {
        throw new InvalidRequestException(
            field + "quantity", "is a number from 0 to " + MAX_QUANTITY.toPlainString());
      }
      usage.add(
          UsageItem.newBuilder()
              .setMeter(meter)
              .setQuantity(quantity.setScale(Meters.QUANTITY_SCALE, RoundingMode.HALF_EVEN))
              .build());
    }
    return usage;
  }

  private static List<Message> messages(List<Said> said) {
    if (said.isEmpty() || said.size() > MAX_MESSAGES) {
      throw new InvalidRequestException("messages", "has 1 to " + MAX_MESSAGES + " messages");
    }
    List<Message> messages = new ArrayList<>();
    long characters = 0;
    for (int i = 0; i < said.size(); i++) {
      String field = "messages[" + i + "].";
      Said one = said.get(i);
      String content = one.content();
      if (content == null) {
        throw new InvalidRequestException(field + "content", "is required, as text");
      }
      Message message = new Message(required(field + "role", one.role()), content, one.name());
      characters +=
          message.role().length()
              + content.length()
              + (message.name() == null ? 0 : message.name().length());
      messages.add(message);
    }
    checkLength("messages", characters);
    return messages;
  }

  private static String provider(PriceBook book, @Nullable String given, String model) {
    if (given != null && !given.isBlank()) {
      return name("provider", given.strip());
    }
    SortedSet<String> providers = new TreeSet<>(book.providersOf(model));
    if (providers.size() == 1) {
      return providers.first();
    }
    throw new InvalidRequestException(
        "provider",
        providers.isEmpty()
            ? "is required: the price book does not know " + model
            : model + " is a model of " + providers + ": name one");
  }

  private static long sum(List<UsageItem> usage, Predicate<String> meters) {
    return usage.stream()
        .filter(item -> meters.test(item.getMeter()))
        .map(UsageItem::getQuantity)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .longValue();
  }

  private static long tokens(String field, @Nullable Long tokens) {
    if (tokens == null) {
      return 0;
    }
    if (tokens < 0 || BigDecimal.valueOf(tokens).compareTo(MAX_QUANTITY) > 0) {
      throw new InvalidRequestException(
          field, tokens + " is not from 0 to " + MAX_QUANTITY.toPlainString());
    }
    return tokens;
  }

  private static void checkLength(String field, long characters) {
    if (characters > MAX_CHARACTERS) {
      throw new InvalidRequestException(
          field,
          "%d characters are more than %d: count them and send prompt_tokens"
              .formatted(characters, MAX_CHARACTERS));
    }
  }

  private static String required(String field, @Nullable String text) {
    if (text == null || text.isBlank()) {
      throw new InvalidRequestException(field, "is required");
    }
    return text.strip();
  }

  private static String name(String field, String text) {
    if (text.length() > MAX_NAME) {
      throw new InvalidRequestException(field, "has more than " + MAX_NAME + " characters");
    }
    return text;
  }

  private static @Nullable String nameOrNull(String field, @Nullable String text) {
    return text == null ? null : name(field, text);
  }
}
