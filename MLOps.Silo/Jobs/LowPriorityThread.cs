using System.Runtime.InteropServices;

namespace MLOps.Silo.Jobs;

/// <summary>Threads that give their core up to whoever serves requests. The threads that such a one starts, those of a tensor library among them, inherit that on Linux.</summary>
internal static class LowPriorityThread
{
    /// <summary>Of 19; 0 is what the process has.</summary>
    private const int Niceness = 10;

    public static void Start(string name, Action work)
    {
        var thread = new Thread(() => Run(work))
        {
            IsBackground = true,
            Name = name,
            Priority = ThreadPriority.BelowNormal,
        };
        thread.Start();
    }

    /// <summary>Ends when the work has, with its result or its exception.</summary>
    public static Task<T> RunAsync<T>(string name, Func<T> work)
    {
        var ended = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Start(name, () =>
        {
            try
            {
                ended.SetResult(work());
            }
#pragma warning disable CA1031 // It is the task's, whatever it is: on this thread it would end the process.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                ended.SetException(exception);
            }
        });
        return ended.Task;
    }

    private static void Run(Action work)
    {
        if (OperatingSystem.IsLinux())
        {
            // Linux ignores .NET's priorities; there a thread has a niceness of its own. Refused, the work runs as any other thread.
            _ = SetPriority(0, 0, Niceness);
        }

        work();
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, uint who, int priority);
}
