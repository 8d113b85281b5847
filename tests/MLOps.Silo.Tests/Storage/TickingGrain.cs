using System.Collections.Concurrent;

namespace MLOps.Silo.Tests.Storage;

/// <summary>Counts its ticks where the test sees them without calling, and so waking, the grain.</summary>
[GrainType("tests-ticking")]
internal sealed class TickingGrain : Grain, ITickingGrain, IRemindable
{
    public const string Name = "tick";

    /// <summary>Ticks by grain key, over every silo of the process.</summary>
    public static ConcurrentDictionary<string, int> Ticks { get; } = new();

    public Task StartAsync(TimeSpan period) => this.RegisterOrUpdateReminder(Name, TimeSpan.Zero, period);

    public async Task StopAsync()
    {
        if (await this.GetReminder(Name) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        Ticks.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, count) => count + 1);
        return Task.CompletedTask;
    }
}
