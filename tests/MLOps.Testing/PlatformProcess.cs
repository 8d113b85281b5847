using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace MLOps.Testing;

/// <summary>The real AppHost, or another program of the platform, as its own process on a free loopback port.</summary>
public sealed class PlatformProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private PlatformProcess(Process process, string url)
    {
        _process = process;
        Url = url;
    }

    public string Url { get; }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the platform and waits until it answers.</summary>
    public static Task<PlatformProcess> StartAsync(string dataDirectory, CancellationToken cancellationToken, params (string Name, string Value)[] environment) =>
        StartAsync(["--data", dataDirectory], cancellationToken, environment);

    /// <summary>Starts the platform with these arguments and an address of its own, and waits until it answers.</summary>
    public static Task<PlatformProcess> StartAsync(string[] arguments, CancellationToken cancellationToken, params (string Name, string Value)[] environment) =>
        StartAsync("MLOps.AppHost", FreePort.Url(), arguments, cancellationToken, environment);

    /// <summary>Starts one of the platform's programs at this address, and waits until it is ready.</summary>
    /// <param name="project">The project that makes the program, for example <c>MLOps.Silo</c>.</param>
    public static async Task<PlatformProcess> StartAsync(string project, string url, string[] arguments, CancellationToken cancellationToken, params (string Name, string Value)[] environment)
    {
        var platform = Launch(project, url, [.. arguments, "--urls", url], environment);
        using var client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(5) };
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < StartLimit && !platform._process.HasExited)
        {
            try
            {
                using var response = await client.GetAsync("health", cancellationToken);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return platform;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Not listening yet, or too busy to answer at once: the loop's limit decides.
            }

            await Task.Delay(100, cancellationToken);
        }

        var output = platform.Output;
        await platform.DisposeAsync();
        throw new InvalidOperationException($"{project} did not answer at {url}/health within {StartLimit.TotalSeconds} s. Its output: {output}");
    }

    /// <summary>Runs the platform with these arguments until it ends by itself.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(string[] arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        await using var platform = Launch("MLOps.AppHost", string.Empty, arguments);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(limit);
        try
        {
            await platform._process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"'{string.Join(' ', arguments)}' had not ended after {limit.TotalSeconds} s. Its output: {platform.Output}");
        }

        return (platform._process.ExitCode, platform.Output);
    }

    /// <summary>Asks the process to end, as Ctrl-C and service managers do. By SIGTERM: a shell that runs the tests in the background makes its children ignore SIGINT.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        _ = Kill(_process.Id, SigTerm);
        await ExitAsync("after SIGTERM", cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>kill -9: nothing in the process gets a chance to tidy up.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await ExitAsync("after SIGKILL", cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private async Task ExitAsync(string when, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StartLimit);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The platform had not ended {StartLimit.TotalSeconds} s {when}. Its output: {Output}");
        }
    }

    private static PlatformProcess Launch(string project, string url, string[] arguments, params (string Name, string Value)[] environment)
    {
        // Every project builds into the same sub-folder (bin/<configuration>/<framework>/<platform>) of its own; the test's is two folders deep.
        var output = Path.Combine([.. Path.GetRelativePath(RepositoryRoot.Path, AppContext.BaseDirectory).Split(Path.DirectorySeparatorChar).Skip(2)]);
        var program = RepositoryRoot.Combine(project, output, project + ".dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var platform = new PlatformProcess(Process.Start(start)!, url);
        platform._process.OutputDataReceived += (_, line) => platform.Append(line.Data);
        platform._process.ErrorDataReceived += (_, line) => platform.Append(line.Data);
        platform._process.BeginOutputReadLine();
        platform._process.BeginErrorReadLine();
        return platform;
    }

    private void Append(string? line)
    {
        if (line is not null)
        {
            lock (_output)
            {
                _output.AppendLine(line);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
