using System.CommandLine;
using MLOps.AppHost.Embedded;

namespace MLOps.AppHost.Housekeeping;

/// <summary><c>gc</c>, as <c>mlflow gc</c>: removes deleted runs and experiments for good.</summary>
internal static class PurgeCommand
{
    public static Command Create(Func<ParseResult, EmbeddedSettings> settings)
    {
        var olderThan = new Option<string?>("--older-than") { Description = "Only what was deleted so long ago: 30d, 1d2h3m4s. Default: the configured retention; one of the two is needed" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would go" };
        var command = new Command("gc", "Removes deleted runs and experiments for good, with their artifacts, from the platform that runs at --urls, else from the store that the other options name.")
        {
            olderThan, dryRun,
        };
        command.SetAction((result, cancellationToken) => PurgeProcess.RunAsync(settings(result), result.GetValue(olderThan), result.GetValue(dryRun), cancellationToken));
        return command;
    }
}
