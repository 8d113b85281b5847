using System.Diagnostics;
using System.Globalization;

namespace MLOps.Testing;

/// <summary>A real S3 server: OpenStack Swift with its s3api, from Debian's packages, on loopback. Started when the first bucket is asked for and gone with the tests.
/// Four servers and a memcached run as the user of the tests; one device is a temporary folder.</summary>
public sealed class SwiftServer : IDisposable
{
    public const string AccessKeyId = "test:tester";
    public const string SecretAccessKey = "testing";

    private static readonly string[] Programs = ["swift-proxy-server", "swift-account-server", "swift-container-server", "swift-object-server", "memcached"];
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private readonly Lock _lock = new();
    private readonly List<Process> _processes = [];
    private readonly List<string> _output = [];
    private string? _folder;
    private int _port;
    private int _buckets;

    /// <summary>Why there can be no server; null when there can.</summary>
    public static string? Missing
    {
        get
        {
            var absent = Programs.Where(program => Find(program) is null).ToList();
            return Tools.Missing(absent.Count > 0
                ? $"no S3 server: {string.Join(", ", absent)} not installed (Debian packages swift-proxy, swift-account, swift-container, swift-object, memcached): test.sh installs them when run as root"
                : !SwiftFiles.CanHaveFolder ? "no S3 server: Swift needs a file system with extended attributes, and neither the temporary folder nor the build folder has them" : null);
        }
    }

    /// <summary>Known once a bucket was made.</summary>
    public string Endpoint => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");

    /// <summary>Makes an empty bucket.</summary>
    /// <returns>Its name.</returns>
    public string CreateBucket()
    {
        lock (_lock)
        {
            if (_folder is null)
            {
                Start();
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"bucket-{++_buckets}");
            if (!TryCreate(name))
            {
                throw new InvalidOperationException($"Swift did not make the bucket {name}: {Output()}");
            }

            return name;
        }
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            process.Dispose();
        }

        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private void Start()
    {
        _folder = SwiftFiles.Folder()!;
        int[] ports = [.. Enumerable.Range(0, 5).Select(_ => FreePort.Next())];
        _port = ports[0];
        SwiftFiles.Write(_folder, ports);
        Run("/usr/bin/python3", Path.Combine(_folder, "rings.py"));
        var user = Environment.IsPrivilegedProcess ? ["-u", "nobody"] : Array.Empty<string>();
        Launch("memcached", ["-l", "127.0.0.1", "-p", Text(ports[4]), "-U", "0", .. user]);
        foreach (var server in (string[])["object", "container", "account", "proxy"])
        {
            Launch($"swift-{server}-server", [Path.Combine(_folder, $"{server}.conf"), "-v"]);
        }

        var clock = Stopwatch.StartNew();
        while (!TryCreate("first"))
        {
            if (clock.Elapsed > StartLimit || _processes.Exists(process => process.HasExited))
            {
                throw new InvalidOperationException($"Swift did not take a bucket on port {_port} within {StartLimit.TotalSeconds} s: {Output()}");
            }

            Thread.Sleep(100);
        }
    }

    /// <summary>By Swift's own protocol, which needs no signature.</summary>
    private bool TryCreate(string bucket)
    {
        try
        {
            using var http = new HttpClient();
            using var login = new HttpRequestMessage(HttpMethod.Get, Endpoint + "/auth/v1.0") { Headers = { { "X-Auth-User", AccessKeyId }, { "X-Auth-Key", SecretAccessKey } } };
            using var token = http.Send(login);
            if (!token.IsSuccessStatusCode)
            {
                return false;
            }

            using var put = new HttpRequestMessage(HttpMethod.Put, $"{token.Headers.GetValues("X-Storage-Url").Single()}/{bucket}")
            {
                Headers = { { "X-Auth-Token", token.Headers.GetValues("X-Auth-Token").Single() } },
            };
            using var answer = http.Send(put);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet: whoever asks gives up after a while.
            return false;
        }
    }

    private void Launch(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };
        var process = Process.Start(start)!;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            if (line.Data is not null && _output.Count < 1000)
            {
                _output.Add(line.Data);
            }
        }
    }

    private string Output()
    {
        lock (_output)
        {
            return string.Join('\n', _output.TakeLast(20));
        }
    }

    private static void Run(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {errors}");
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Concat(["/usr/bin", "/usr/sbin"]).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
