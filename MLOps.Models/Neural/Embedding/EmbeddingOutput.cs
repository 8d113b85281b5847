namespace MLOps.Models.Neural.Embedding;

/// <summary>An output of an encoder's graph.</summary>
/// <param name="Source">The value in the graph.</param>
/// <param name="Shape">Without the batch.</param>
internal sealed record EmbeddingOutput(string Name, string Source, params long[] Shape);
