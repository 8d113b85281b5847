using System.CommandLine;
using MLOps.AppHost.Demo;
using MLOps.AppHost.Embedded;
using MLOps.AppHost.Housekeeping;

namespace MLOps.AppHost;

/// <summary>The command line: without a verb the platform runs until Ctrl-C; <c>demo</c> takes a model the whole way first; <c>gc</c> removes what was deleted.</summary>
internal static class PlatformCommand
{
    public static RootCommand Create()
    {
        var data = new Option<string?>("--data")
        {
            Description = "Data directory (database and artifacts). Default: $MLOPS_DATA, else ./mlops-data",
            Recursive = true,
        };
        var urls = new Option<string?>("--urls")
        {
            Description = "Addresses to listen on, separated by ';'. Default: $ASPNETCORE_URLS, else http://localhost:5000",
            Recursive = true,
        };

        var root = new RootCommand("MLOps: experiment tracking, model registry, training, serving and monitoring in one process.")
        {
            data,
            urls,
        };
        var flags = new StoreFlags();
        flags.AddTo(root);
        EmbeddedSettings Settings(ParseResult result) => EmbeddedSettings.From(
            result.GetValue(data),
            result.GetValue(urls) ?? flags.Url(result),
            flags.DataDirectory(result),
            flags.Settings(result));

        root.SetAction((result, cancellationToken) => EmbeddedProcess.RunAsync(Settings(result), cancellationToken));
        root.Add(DemoCommand.Create(Settings));
        root.Add(PurgeCommand.Create(Settings));
        return root;
    }
}
