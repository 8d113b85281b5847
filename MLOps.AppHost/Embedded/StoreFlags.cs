using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using MLOps.Gateway.Hosting;

namespace MLOps.AppHost.Embedded;

/// <summary>The flags that MLflow's users know from <c>mlflow server</c>, and the settings they stand for.</summary>
internal sealed class StoreFlags
{
    private readonly Option<string?> _backendStore = Text("--backend-store-uri", "Store of experiments and runs: sqlite:///path, postgresql://user:password@host:port/database, or http(s)://another-mlflow. Default: mlflow.db in the data directory");
    private readonly Option<string?> _registryStore = Text("--registry-store-uri", "Store of registered models, when it is another one");
    private readonly Option<string?> _artifactRoot = Text("--default-artifact-root", "Artifact location of new experiments. Default: mlflow-artifacts:/ (served here)");
    private readonly Option<string?> _destination = Text("--artifacts-destination", "Where mlflow-artifacts:/ is kept: a folder or s3://bucket/path. Default: artifacts in the data directory");
    private readonly Option<bool> _serve = Flag("--serve-artifacts", "Serve artifacts (the default)");
    private readonly Option<bool> _noServe = Flag("--no-serve-artifacts", "Do not serve artifacts: clients go to the store themselves");
    private readonly Option<bool> _only = Flag("--artifacts-only", "Serve artifacts and nothing else");
    private readonly Option<string?> _prefix = Text("--static-prefix", "Prefix of every path, for example /mlops");
    private readonly Option<string?> _hosts = Text("--allowed-hosts", "Names by which clients reach this server, separated by commas; localhost and private addresses are always taken");
    private readonly Option<string?> _origins = Text("--cors-allowed-origins", "Origins of web pages that may call this server, separated by commas, or *");
    private readonly Option<string?> _host = Text("--host", "Address to listen on, beside --port. Default: localhost");
    private readonly Option<int?> _port = new("--port") { Description = "Port to listen on. Default: 5000", Recursive = true };

    /// <summary>Command lines written for <c>mlflow server</c> tell its web servers how to run; here there is nothing to tell.</summary>
    private readonly Option[] _ignored =
    [
        Text("--workers", "Taken for MLflow's sake; no meaning here"),
        Text("--gunicorn-opts", "Taken for MLflow's sake; no meaning here"),
        Text("--uvicorn-opts", "Taken for MLflow's sake; no meaning here"),
        Text("--waitress-opts", "Taken for MLflow's sake; no meaning here"),
    ];

    public void AddTo(Command command)
    {
        _ignored[0].Aliases.Add("-w");
        foreach (var help in command.Options.OfType<HelpOption>())
        {
            // As in MLflow, -h is the host.
            help.Aliases.Remove("-h");
        }

        _host.Aliases.Add("-h");
        _port.Aliases.Add("-p");
        foreach (var option in (Option[])[.. _ignored, _backendStore, _registryStore, _artifactRoot, _destination, _serve, _noServe, _only, _prefix, _hosts, _origins, _host, _port])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(_serve) && result.GetValue(_noServe))
            {
                result.AddError("--serve-artifacts and --no-serve-artifacts contradict each other: give one of them");
            }
        });
        foreach (var option in (Option[])[_backendStore, _registryStore, _artifactRoot, _destination, _prefix, _hosts, _origins, _host])
        {
            option.Validators.Add(RefuseTheNextOption);
        }

        _prefix.Validators.Add(result =>
        {
            if (result.Tokens is [var given] && StaticPrefix.Fault(given.Value) is { } fault)
            {
                result.AddError("--static-prefix: " + fault);
            }
        });
    }

    /// <returns>The address that --host and --port give; null when neither is given.</returns>
    public string? Url(ParseResult result) => result.GetValue(_host) is null && result.GetValue(_port) is null
        ? null
        : $"http://{result.GetValue(_host) ?? "localhost"}:{result.GetValue(_port) ?? 5000}";

    /// <returns>The settings, without those that were not given.</returns>
    public IReadOnlyDictionary<string, string> Settings(ParseResult result)
    {
        var settings = new Dictionary<string, string>();
        void Set(string key, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                settings[key] = value;
            }
        }

        Set("MLOps:Tracking:TrackingUri", result.GetValue(_backendStore));
        Set("MLOps:Tracking:RegistryUri", result.GetValue(_registryStore));
        Set("MLOps:Tracking:DefaultArtifactRoot", result.GetValue(_artifactRoot));
        Set("MLOps:Tracking:ArtifactsDestination", result.GetValue(_destination));
        Set("MLOps:Tracking:ServeArtifacts", result.GetValue(_noServe) ? "false" : result.GetValue(_serve) ? "true" : null);
        Set("MLOps:Tracking:ArtifactsOnly", result.GetValue(_only) ? "true" : null);
        Set(StaticPrefix.Key, result.GetValue(_prefix));
        Set($"{GatewayOptions.SectionName}:{nameof(GatewayOptions.AllowedHosts)}", result.GetValue(_hosts));
        Set($"{GatewayOptions.SectionName}:{nameof(GatewayOptions.AllowedOrigins)}", result.GetValue(_origins));
        Set("MLOps:Dashboard:PathBase", result.GetValue(_prefix));
        return settings;
    }

    /// <summary>Beside a SQLite file that was named, so that several platforms in one folder stay apart.</summary>
    /// <returns>The data directory when none is given; null: the usual one.</returns>
    public string? DataDirectory(ParseResult result) =>
        result.GetValue(_backendStore) is { } uri && uri.StartsWith("sqlite:///", StringComparison.Ordinal) && uri.Length > "sqlite:///".Length
            ? uri["sqlite:///".Length..] + ".d"
            : null;

    /// <summary>An option whose value was forgotten would take the next option for it.</summary>
    private static void RefuseTheNextOption(OptionResult result)
    {
        if (result.Tokens is [var given] && given.Value.StartsWith("--", StringComparison.Ordinal))
        {
            result.AddError($"{result.Option.Name} has no value: '{given.Value}' is the next option");
        }
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description, Recursive = true };

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description, Recursive = true };
}
