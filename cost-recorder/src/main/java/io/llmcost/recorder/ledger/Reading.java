package io.llmcost.recorder.ledger;

/** A received record, read: fit for the ledger, or refused with its cause. */
public sealed interface Reading permits Costing, Refusal {}
