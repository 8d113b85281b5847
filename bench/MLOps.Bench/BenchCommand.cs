using System.CommandLine;
using MLOps.Bench.Load;
using MLOps.Bench.Mlflow;
using MLOps.Bench.OpenInference;

namespace MLOps.Bench;

/// <summary>The command line of the load program.</summary>
internal static class BenchCommand
{
    public static RootCommand Create()
    {
        var url = new Option<Uri>("--url") { Description = "Base address of the server", DefaultValueFactory = _ => new Uri("http://127.0.0.1:5000") };
        var connections = new Option<int>("--connections") { Description = "Keep-alive connections, one request in flight on each", DefaultValueFactory = _ => 16 };
        var seconds = new Option<double>("--seconds") { Description = "Measured time of each scenario", DefaultValueFactory = _ => 10 };
        var warmup = new Option<double>("--warmup") { Description = "Unmeasured time before each scenario", DefaultValueFactory = _ => 2 };
        var only = new Option<string[]>("--scenario") { Description = "Only these scenarios (repeatable); default: all", AllowMultipleArgumentsPerToken = true };
        var model = new Option<string>("--model") { Description = "Model (endpoint) to ask; its inputs are read from its metadata", Required = true };

        Command Suite(string name, string description, Func<ParseResult, CancellationToken, Task<IReadOnlyList<Scenario>>> scenarios)
        {
            var command = new Command(name, description) { url, connections, seconds, warmup, only };
            command.SetAction(async (result, cancellationToken) =>
            {
                var runner = new LoadRunner(
                    result.GetValue(url)!,
                    result.GetValue(connections),
                    TimeSpan.FromSeconds(result.GetValue(warmup)),
                    TimeSpan.FromSeconds(result.GetValue(seconds)));
                return await runner.RunAsync(await scenarios(result, cancellationToken), result.GetValue(only) ?? [], Console.Out, cancellationToken);
            });
            return command;
        }

        var oip = Suite("oip", "Open Inference Protocol v2 over REST: JSON and binary tensors",
            (result, cancellationToken) => OpenInferenceScenarios.CreateAsync(result.GetValue(url)!, result.GetValue(model)!, cancellationToken));
        oip.Add(model);

        return new RootCommand("Load program: the same scenarios against any MLflow-compatible or Open Inference server.")
        {
            Suite("mlflow", "MLflow REST: writes and reads of runs, metrics, parameters and models",
                (result, cancellationToken) => MlflowScenarios.CreateAsync(result.GetValue(url)!, cancellationToken)),
            oip,
        };
    }
}
