using MLOps.Client;
using MLOps.Client.Runs;

// A process that trains, for tests that kill it: starts a run with a heartbeat every second at the platform of its first argument, says the run's id, and logs until it is killed.
using var mlflow = new MLOpsClient(new Uri(args[0]));
await using var run = await mlflow.StartRunAsync(new RunOptions { Heartbeat = TimeSpan.FromSeconds(1) });
Console.WriteLine(run.Id);
for (long step = 0; ; step++)
{
    run.LogMetric("loss", 1.0 / (step + 1), step);
    await Task.Delay(TimeSpan.FromMilliseconds(200));
}
