package io.llmcost.cli.demo;

import io.llmcost.cli.demo.SampleCall.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The sample traffic: the same calls each time, for the projects of one run. */
final class Sample {
  /** A name that no price list has. */
  static final String UNKNOWN_MODEL = "house-model-7b";

  private static final int ROUNDS = 16;
  private static final List<String> OPENAI = List.of("gpt-4o-mini", "gpt-4.1", "gpt-5-mini");
  private static final List<String> ANTHROPIC = List.of("claude-sonnet-4-5", "claude-haiku-4-5");
  private static final List<String> USERS = List.of("ada", "grace", "linus", "margaret", "dennis");
  private static final List<String> QUESTIONS =
      List.of(
          "When does my parcel arrive?",
          "Please summarise this complaint in two sentences, and say what the customer wants.",
          "Which of our products suits a family of five who bake bread twice a week?",
          "Translate the following invoice into English, keeping every number as it is.",
          "Is this review about delivery, price or quality?");
  private static final String HANDBOOK =
      "Answer as our support does: friendly, short, and never promise a date that is not in the"
          + " order. "
          + "A parcel that is late is replaced after ten days, whoever carried it. ".repeat(90);
  private static final int[] FAULTS = {401, 429, 500};

  private final SplittableRandom random = new SplittableRandom(7);
  private final List<SampleCall> calls = new ArrayList<>();
  private final Projects projects;

  /**
   * The projects of one run, which nothing else in the ledger has.
   *
   * @param run tells this run from all others
   */
  record Projects(String run) {
    String shop() {
      return "shop-" + run;
    }

    String support() {
      return "support-" + run;
    }

    String research() {
      return "research-" + run;
    }

    List<String> all() {
      return List.of(shop(), support(), research());
    }
  }

  private Sample(Projects projects) {
    this.projects = projects;
  }

  static List<SampleCall> of(Projects projects) {
    Sample sample = new Sample(projects);
    for (int round = 0; round < ROUNDS; round++) {
      OPENAI.forEach(sample::shopCalls);
      ANTHROPIC.forEach(sample::supportCalls);
      sample.researchCalls();
    }
    for (int fault : FAULTS) {
      sample.faults(fault);
    }
    sample.add(
        Api.CHAT_COMPLETIONS,
        sample.chat(UNKNOWN_MODEL, false),
        200,
        projects.research(),
        "experiment",
        null);
    return List.copyOf(sample.calls);
  }

  private void shopCalls(String model) {
    ObjectNode streamed = chat(model, random.nextBoolean());
    streamed.put("stream", true).putObject("stream_options").put("include_usage", true);
    add(Api.CHAT_COMPLETIONS, streamed, 200, projects.shop(), "assistant", order());
    add(Api.CHAT_COMPLETIONS, chat(model, false), 200, projects.shop(), "classification", order());
  }

  private void supportCalls(String model) {
    ObjectNode streamed = message(model, random.nextBoolean(), "5m");
    streamed.put("stream", true);
    add(Api.MESSAGES, streamed, 200, projects.support(), "reply", ticket());
    add(
        Api.MESSAGES,
        message(model, random.nextBoolean(), random.nextBoolean() ? "1h" : "5m"),
        200,
        projects.support(),
        "summary",
        ticket());
  }

  private void researchCalls() {
    ObjectNode thinking = message(ANTHROPIC.get(0), false, "5m").put("max_tokens", 4096);
    thinking.putObject("thinking").put("type", "enabled").put("budget_tokens", 2048);
    add(Api.MESSAGES, thinking, 200, projects.research(), null, null);
    add(Api.CHAT_COMPLETIONS, chat(OPENAI.get(2), true), 200, projects.research(), null, null);
  }

  private void faults(int status) {
    for (int i = 0; i < 4; i++) {
      String model = OPENAI.get(i % OPENAI.size());
      add(Api.CHAT_COMPLETIONS, chat(model, false), status, projects.shop(), "assistant", order());
      ObjectNode message = message(ANTHROPIC.get(i % 2), false, "5m");
      message.put("stream", i % 2 == 0);
      add(Api.MESSAGES, message, status, projects.support(), "reply", ticket());
    }
  }

  private void add(
      Api api,
      ObjectNode body,
      int status,
      String project,
      @Nullable String requestType,
      @Nullable String trackable) {
    String user = USERS.get(random.nextInt(USERS.size()));
    calls.add(new SampleCall(api, body, status, project, user, requestType, trackable));
  }

  private String order() {
    return "order:" + (4000 + random.nextInt(40));
  }

  private String ticket() {
    return "ticket:" + (700 + random.nextInt(25));
  }

  private ObjectNode chat(String model, boolean laterTurn) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", model);
    ArrayNode messages = body.putArray("messages");
    messages.addObject().put("role", "system").put("content", HANDBOOK);
    addTurns(messages, laterTurn);
    return body;
  }

  private ObjectNode message(String model, boolean laterTurn, String ttl) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", model);
    body.put("max_tokens", 1024);
    ObjectNode system = body.putArray("system").addObject();
    system.put("type", "text").put("text", HANDBOOK);
    system.putObject("cache_control").put("type", "ephemeral").put("ttl", ttl);
    addTurns(body.putArray("messages"), laterTurn);
    return body;
  }

  private void addTurns(ArrayNode messages, boolean laterTurn) {
    messages.addObject().put("role", "user").put("content", question());
    if (laterTurn) {
      messages.addObject().put("role", "assistant").put("content", "Let me look that up.");
      messages.addObject().put("role", "user").put("content", question());
    }
  }

  private String question() {
    return QUESTIONS.get(random.nextInt(QUESTIONS.size())) + " #" + random.nextInt(10_000);
  }
}
