namespace MLOps.EndToEnd.Tests.Sdk;

/// <summary>Runs when no other test does: a platform that starts meanwhile would read the variable too.</summary>
[CollectionDefinition(SdkExampleTests.Alone, DisableParallelization = true)]
public sealed class AloneCollection;
