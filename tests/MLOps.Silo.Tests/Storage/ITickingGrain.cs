namespace MLOps.Silo.Tests.Storage;

/// <summary>A grain with a reminder.</summary>
[Alias("mlops.tests.ITickingGrain")]
public interface ITickingGrain : IGrainWithStringKey
{
    [Alias("start")]
    Task StartAsync(TimeSpan period);

    [Alias("stop")]
    Task StopAsync();
}
