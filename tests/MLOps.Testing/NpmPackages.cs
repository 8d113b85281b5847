using System.Diagnostics;
using System.Text.Json;

namespace MLOps.Testing;

/// <summary>The npm packages that are run as foreign clients, in tests/foreign/npm.</summary>
public static class NpmPackages
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static string Folder { get; } = RepositoryRoot.Combine("tests", "foreign", "npm");

    /// <summary>Why a package cannot be run; null when it can.</summary>
    public static string? Missing(string package) => Tools.Missing(Directory.Exists(Path.Combine(Folder, "node_modules", package))
        ? null
        : $"The npm package {package} is not installed: run ./test.sh, or npm ci in {Folder}");

    /// <summary>Runs a script of the folder by Node.js, two minutes at most.</summary>
    /// <returns>What its last line says.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has all that it printed.</exception>
    public static async Task<JsonElement> RunAsync(string script, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo("node", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Limit);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{script} failed: {await errors}{await output}");
        }

        using var said = JsonDocument.Parse((await output).TrimEnd().Split('\n')[^1]);
        return said.RootElement.Clone();
    }
}
