using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using MLOps.Bench.Engine;
using MLOps.Bench.Fits;
using MLOps.Bench.Load;
using MLOps.Bench.Mlflow;
using MLOps.Bench.Models;
using MLOps.Bench.Monitoring;
using MLOps.Bench.OpenInference;
using MLOps.Bench.Simulation;
using MLOps.Bench.Training;
using MLOps.Inference.Engine;

namespace MLOps.Bench;

/// <summary>The command line of the load program.</summary>
internal static class BenchCommand
{
    public static RootCommand Create()
    {
        var url = new Option<Uri>("--url")
        {
            Description = "Base address of the server",
            DefaultValueFactory = _ => new Uri("http://127.0.0.1:5000"),
            CustomParser = Address,
        };
        var connections = new Option<int>("--connections") { Description = "Keep-alive connections, one request in flight on each", DefaultValueFactory = _ => 16 };
        var seconds = new Option<double>("--seconds") { Description = "Measured time of each scenario", DefaultValueFactory = _ => 10 };
        var warmup = new Option<double>("--warmup") { Description = "Unmeasured time before each scenario", DefaultValueFactory = _ => 2 };
        var calls = new Option<int?>("--calls") { Description = "Measured calls of each connection, instead of a time" };
        var only = new Option<string[]>("--scenario") { Description = "Only these scenarios (repeatable); default: all", AllowMultipleArgumentsPerToken = true };
        var model = new Option<string>("--model") { Description = "Model (endpoint) to ask; its inputs are read from its metadata", Required = true };

        var ceiling = new Option<Uri?>("--ceiling") { Description = "Address of bench echo: the same bodies are measured there, too", CustomParser = Address };

        var process = new Option<(string Role, int Process)[]>("--process")
        {
            Description = "role=pid (repeatable): its processor time a call is reported",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = Roles,
        };
        var record = new Option<string?>("--record") { Description = "File that gets the figures as a line of JSON a scenario" };
        var label = new Option<string?>("--label") { Description = "Name of the setting in those lines" };

        // What a server answers or does not is said in one line, without the program's own stack.
        void SetAction(Command command, Func<ParseResult, CancellationToken, Task<int>> run) => command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                return await run(result, cancellationToken);
            }
            catch (Exception exception) when (exception is HttpRequestException or NotSupportedException or JsonException or KeyNotFoundException or TimeoutException or IOException or SocketException
                or OperationCanceledException { InnerException: TimeoutException })
            {
                await Console.Error.WriteLineAsync($"bench: {result.GetValue(url)}: {exception.Message}");
                return 1;
            }
        });

        Command Suite(string name, string description, Func<ParseResult, CancellationToken, Task<IReadOnlyList<Scenario>>> scenarios)
        {
            var command = new Command(name, description) { url, connections, seconds, calls, warmup, only, process, record, label };
            SetAction(command, async (result, cancellationToken) =>
            {
                var runner = new LoadRunner(
                    result.GetValue(url)!,
                    result.GetValue(connections),
                    TimeSpan.FromSeconds(result.GetValue(warmup)),
                    TimeSpan.FromSeconds(result.GetValue(seconds)),
                    result.GetValue(calls),
                    result.GetValue(process) is { Length: > 0 } roles ? new ProcessorMeter(roles) : null,
                    result.GetValue(record) is { } file ? Recorder(file, result.GetValue(label)) : null);
                return await runner.RunAsync(await scenarios(result, cancellationToken), result.GetValue(only) ?? [], Console.Out, cancellationToken);
            });
            return command;
        }

        var oip = Suite("oip", "Open Inference Protocol v2: JSON and binary tensors over REST, raw tensors over gRPC",
            (result, cancellationToken) => OpenInferenceScenarios.CreateAsync(result.GetValue(url)!, result.GetValue(model)!, result.GetValue(ceiling), cancellationToken));
        oip.Add(model);
        oip.Add(ceiling);

        var echo = new Command("echo", "The ceiling: a server that answers each request with its own body, until Ctrl-C") { url };
        SetAction(echo, (result, cancellationToken) => EchoServer.RunAsync(result.GetValue(url)!, cancellationToken));
        var replicas = new Option<int>("--replicas") { Description = "Of each model", DefaultValueFactory = _ => 1 };
        var deploy = new Command("deploy-models", "Registers and deploys the models that serving is measured on: bench-mlp and bench-tcn") { url, replicas };
        SetAction(deploy, async (result, cancellationToken) =>
        {
            await ServingModels.DeployAsync(result.GetValue(url)!, result.GetValue(replicas), cancellationToken);
            return 0;
        });

        var runs = new Option<int>("--runs") { Description = "Runs in the experiment", DefaultValueFactory = _ => 30_000 };
        var metrics = new Option<int>("--metrics") { Description = "Metrics of each run", DefaultValueFactory = _ => 100 };
        var points = new Option<int>("--points") { Description = "Points of the long history", DefaultValueFactory = _ => 1_000_000 };
        var large = Suite("mlflow-large", "MLflow REST: searches and histories of a store that has grown; writes it first",
            (result, cancellationToken) => new LargeStoreScenarios(result.GetValue(runs), result.GetValue(metrics), result.GetValue(points))
                .CreateAsync(result.GetValue(url)!, cancellationToken));
        large.Add(runs);
        large.Add(metrics);
        large.Add(points);
        var measured = new Option<string>("--measured") { Description = "What bench/scaling.sh has recorded", Required = true };
        var simulate = new Command("simulate", "The cluster as a discrete-event simulation: first what was measured, then more silos") { measured };
        simulate.SetAction(result => ScalingReport.Write(ScalingFigures.Read(result.GetValue(measured)!), Console.Out));
        var engineCalls = new Option<int>("--calls") { Description = "Measured calls of each kind", DefaultValueFactory = _ => 200_000 };
        var provider = new Option<ExecutionProvider>("--provider") { Description = "What the models run on" };
        var engine = new Command("engine", "The inference engine in this process beside ONNX Runtime alone") { engineCalls, provider };
        engine.SetAction(result => EngineSuite.Run(result.GetValue(engineCalls), result.GetValue(provider), Console.Out));
        var rows = new Option<int>("--rows") { Description = "Rows of a request: the model must cost more than the connection, or there is nothing to admit", DefaultValueFactory = _ => 64 };
        var overload = new Command("overload", "An endpoint with limits: unloaded, at saturation, and at twice that rate (open loop); how long accepted requests take and how many are refused")
        {
            url, connections, seconds, warmup, model, rows,
        };
        SetAction(overload, async (result, cancellationToken) =>
        {
            var binary = await OpenInferenceScenarios.BinaryAsync(result.GetValue(url)!, result.GetValue(model)!, result.GetValue(rows), cancellationToken);
            var suite = new OverloadSuite(
                result.GetValue(url)!,
                binary,
                result.GetValue(connections),
                TimeSpan.FromSeconds(result.GetValue(warmup)),
                TimeSpan.FromSeconds(result.GetValue(seconds)));
            return await suite.RunAsync(Console.Out, cancellationToken);
        });

        var epochs = new Option<int>("--epochs") { Description = "Epochs of the job: enough that it outlasts the measurement; it is stopped afterwards", DefaultValueFactory = _ => 1000 };
        var training = new Command("training", "How long requests to an endpoint take while the platform trains a TCN, beside how long they take while it does not") { url, connections, seconds, warmup, model, epochs };
        SetAction(training, async (result, cancellationToken) =>
        {
            var binary = await OpenInferenceScenarios.BinaryAsync(result.GetValue(url)!, result.GetValue(model)!, 1, cancellationToken);
            var runner = new LoadRunner(
                result.GetValue(url)!,
                result.GetValue(connections),
                TimeSpan.FromSeconds(result.GetValue(warmup)),
                TimeSpan.FromSeconds(result.GetValue(seconds)),
                null);
            return await new TrainingSuite(result.GetValue(url)!, runner, binary, result.GetValue(epochs)).RunAsync(Console.Out, cancellationToken);
        });
        var fits = new Command("fits", "Fits that have a time to keep (GARCH, HMM), each beside its naive form");
        fits.SetAction(_ => FitSuite.Run(Console.Out));

        var features = new Option<int>("--features") { Description = "Monitored features", DefaultValueFactory = _ => 8 };
        var drift = new Command("drift", "What a monitored observation costs, and a verdict on a window of them") { features };
        drift.SetAction(result => DriftSuite.Run(result.GetValue(features), Console.Out));

        return new RootCommand("Load program: the same scenarios against any MLflow-compatible or Open Inference server.")
        {
            Suite("mlflow", "MLflow REST: writes and reads of runs, metrics, parameters and models",
                (result, cancellationToken) => MlflowScenarios.CreateAsync(result.GetValue(url)!, cancellationToken)),
            large,
            oip,
            engine,
            fits,
            drift,
            overload,
            training,
            echo,
            deploy,
            ModelCommand.Create(),
            simulate,
        };
    }

    private static (string Role, int Process)[] Roles(ArgumentResult argument)
    {
        List<(string Role, int Process)> roles = [];
        foreach (var token in argument.Tokens)
        {
            if (token.Value.Split('=') is [{ Length: > 0 } role, var id] && int.TryParse(id, CultureInfo.InvariantCulture, out var process))
            {
                roles.Add((role, process));
            }
            else
            {
                argument.AddError($"'{token.Value}' is not role=pid.");
            }
        }

        return [.. roles];
    }

    private static Action<LoadResult> Recorder(string file, string? label) => result =>
        File.AppendAllText(file, JsonSerializer.Serialize(new ScalingFigure(label ?? string.Empty, result), ScalingFigures.Json) + "\n");

    /// <summary>With its last slash, so that a server under a path prefix can be aimed at.</summary>
    private static Uri? Address(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens[0].Value.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme == "http")
        {
            return address;
        }

        argument.AddError($"'{argument.Tokens[0].Value}' is not an http:// address: the load program's connections have no TLS.");
        return null;
    }
}
