using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MLOps.Testing;

/// <summary>A private PostgreSQL cluster on loopback, from Debian's package, started when the first database is asked for and gone with the tests.</summary>
public sealed class PostgresServer : IDisposable
{
    private const int SigInt = 2;
    private const string User = "mlops";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private readonly Lock _lock = new();
    private TemporaryFolder? _folder;
    private Process? _process;
    private int _port;
    private int _databases;

    /// <summary>Why there can be no server; null when there can.</summary>
    public static string? Missing => Binaries() is null ? "PostgreSQL is not installed (Debian package postgresql): test.sh installs it when run as root" : null;

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its address as MLflow's users write it.</returns>
    public string CreateDatabase()
    {
        lock (_lock)
        {
            if (_process is null)
            {
                Start();
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"test_{++_databases}");
            Run("psql", "-h", "127.0.0.1", "-p", Port, "-U", User, "-d", "postgres", "-qc", $"CREATE DATABASE {name}");
            return $"postgresql://{User}@127.0.0.1:{Port}/{name}";
        }
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _ = Kill(_process.Id, SigInt);
            _process.WaitForExit();
        }

        _process?.Dispose();
        _folder?.Dispose();
    }

    private string Port => _port.ToString(CultureInfo.InvariantCulture);

    private void Start()
    {
        _folder = new TemporaryFolder();
        var data = _folder.Combine("data");
        _port = FreePort.Next();
        Directory.CreateDirectory(data);
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root; Debian's package comes with its own user.
            Run("chown", "-R", "postgres:postgres", _folder.Path);
        }

        Run("initdb", "-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        _process = Process.Start(Command("postgres", "-D", data, "-p", Port, "-h", "127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200"))!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while (!TryRun("pg_isready", "-h", "127.0.0.1", "-p", Port, "-q"))
        {
            if (_process.HasExited || clock.Elapsed > StartLimit)
            {
                throw new InvalidOperationException($"PostgreSQL did not answer on port {Port} within {StartLimit.TotalSeconds} s");
            }

            Thread.Sleep(50);
        }
    }

    private static string? Binaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(folder => File.Exists(Path.Combine(folder, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(Command(program, arguments))!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        }
    }

    private static bool TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(Command(program, arguments))!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static ProcessStartInfo Command(string program, params string[] arguments)
    {
        var path = Path.Combine(Binaries()!, program);
        var exists = File.Exists(path);
        var start = exists && Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments])
            : new ProcessStartInfo(exists ? path : program, arguments);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = "/tmp";
        return start;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
