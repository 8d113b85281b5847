namespace MLOps.Gateway.Tests.Mlflow;

/// <summary>Tests that look at the memory of the process, which no other test may fill meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "memory";
}
