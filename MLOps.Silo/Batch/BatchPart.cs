namespace MLOps.Silo.Batch;

/// <summary>Rows of a job that are durable in a file of their own.</summary>
/// <param name="FirstRow">From 1.</param>
/// <param name="Failed">Of the rows, those without outputs.</param>
/// <param name="Digest">SHA-256 of the file's bytes in hex.</param>
/// <param name="Milliseconds">What they took.</param>
/// <param name="Time">When they were recorded, Unix ms.</param>
[GenerateSerializer, Immutable, Alias("mlops.BatchPart")]
internal sealed record BatchPart(
    [property: Id(0)] long FirstRow,
    [property: Id(1)] int Rows,
    [property: Id(2)] int Failed,
    [property: Id(3)] string Digest,
    [property: Id(4)] double Milliseconds,
    [property: Id(5)] long Time);
