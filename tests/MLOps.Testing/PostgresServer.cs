using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace MLOps.Testing;

/// <summary>A private PostgreSQL cluster on loopback, from Debian's package, started when the first database is asked for and gone with the tests.</summary>
public sealed class PostgresServer : IDisposable
{
    private const int SigInt = 2;
    private const int SigKill = 9;
    private const int SigStop = 19;
    private const string User = "mlops";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly Lock _lock = new();
    private TemporaryFolder? _folder;
    private Process? _process;
    private int _port;
    private int _databases;

    /// <summary>Why there can be no server; null when there can.</summary>
    public static string? Missing => Tools.Missing(Binaries() is null ? "PostgreSQL is not installed (Debian package postgresql): test.sh installs it when run as root" : null);

    /// <summary>Makes a database.</summary>
    /// <param name="script">A file of SQL that fills it; null: it is empty.</param>
    /// <returns>Its address as MLflow's users write it.</returns>
    public string CreateDatabase(string? script = null)
    {
        lock (_lock)
        {
            if (_process is null)
            {
                Start();
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"test_{++_databases}");
            Run("psql", "-h", "127.0.0.1", "-p", Port, "-U", User, "-d", "postgres", "-qc", $"CREATE DATABASE {name}");
            if (script is not null)
            {
                // By its input: the server's user may not be allowed to read the repository.
                Feed(File.ReadAllText(script), "psql", "-h", "127.0.0.1", "-p", Port, "-U", User, "-d", name, "-q", "-v", "ON_ERROR_STOP=1");
            }

            return $"postgresql://{User}@127.0.0.1:{Port}/{name}";
        }
    }

    /// <summary>The tables and all that belongs to them in a schema of a database, as SQL.</summary>
    public static string DumpSchema(string uri, string schema = "public") => Run("pg_dump", "--schema-only", "--no-owner", $"--schema={schema}", "-d", uri);

    /// <summary>kill -9 of the whole server: its sessions end in the middle of what they do.</summary>
    public void Crash()
    {
        _ = Kill(_process!.Id, SigStop); // No session begins between the look at them and their end.
        var sessions = Children(_process.Id);
        _ = Kill(_process.Id, SigKill);
        sessions.ForEach(session => _ = Kill(session, SigKill));
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
        Until("its sessions had ended", () => sessions.TrueForAll(HasEnded));
    }

    /// <summary>Starts the server after a crash, at the same address over the same files: it repeats what its log has.</summary>
    public void Recover() => Launch();

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

    private string Data => _folder!.Combine("data");

    private void Start()
    {
        _folder = new TemporaryFolder();
        _port = FreePort.Next();
        Directory.CreateDirectory(Data);
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root; Debian's package comes with its own user.
            Run("chown", "-R", "postgres:postgres", _folder.Path);
        }

        Run("initdb", "-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        Launch();
    }

    private void Launch()
    {
        // Without fsync an operating system's crash would lose what was written; a server's, which is all that happens here, does not.
        _process = Process.Start(Command("postgres", "-D", Data, "-p", Port, "-h", "127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=200"))!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Until("it answered", () => _process.HasExited
            ? throw new InvalidOperationException($"PostgreSQL ended with {_process.ExitCode} instead of answering on port {Port}.")
            : TryRun("pg_isready", "-h", "127.0.0.1", "-p", Port, "-q"));
    }

    private void Until(string what, Func<bool> met)
    {
        for (var clock = Stopwatch.StartNew(); !met(); Thread.Sleep(50))
        {
            if (clock.Elapsed > Limit)
            {
                throw new TimeoutException($"Waited {Limit.TotalSeconds} s for PostgreSQL on port {Port} until {what}.");
            }
        }
    }

    private static string? Binaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(folder => File.Exists(Path.Combine(folder, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    /// <returns>What the program printed.</returns>
    private static string Run(string program, params string[] arguments) => Feed(string.Empty, program, arguments);

    /// <summary>Runs a program that reads this input.</summary>
    /// <returns>What it printed.</returns>
    private static string Feed(string input, string program, params string[] arguments)
    {
        var start = Command(program, arguments);
        start.RedirectStandardInput = true;
        start.StandardInputEncoding = new UTF8Encoding(false);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.GetAwaiter().GetResult() : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
    }

    private static List<int> Children(int parent) => [.. File.ReadAllText($"/proc/{parent}/task/{parent}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    /// <summary>Dead, though its new parent may not have asked yet how it ended.</summary>
    private static bool HasEnded(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1][0] is 'Z' or 'X';
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
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
