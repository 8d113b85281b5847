using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MLOps.Contracts.Endpoints;
using MLOps.Contracts.Housekeeping;
using Orleans.Concurrency;

namespace MLOps.Silo.Housekeeping;

/// <summary>Looks by reminder for what has to go. Reentrant: what it calls decides in the store, and a person's call does not wait for the platform's own.</summary>
[GrainType("housekeeping"), Reentrant]
internal sealed partial class HousekeepingGrain(
    Purger purger,
    LeaseSearch leases,
    EndpointSearch endpoints,
    IOptions<HousekeepingOptions> options,
    ILogger<HousekeepingGrain> logger) : Grain, IHousekeepingGrain, IHousekeepingStartGrain, IRemindable
{
    private const string Reminder = "look";
    private const int PageSize = 100;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);
    private Task _looking = Task.CompletedTask;

    /// <summary>Each start sets the first look anew: a platform that is switched off every night would else miss each hour that it is due.</summary>
    public Task StartAsync()
    {
        var period = options.Value.Period;
        return this.RegisterOrUpdateReminder(Reminder, period < FirstLook ? period : FirstLook, period);
    }

    public Task<PurgePage> PurgeAsync(PurgeRequest request) => purger.RunAsync(request);

    /// <summary>Returns at once: a tick that takes long is taken for a failure.</summary>
    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (_looking.IsCompleted)
        {
            DelayDeactivation(options.Value.Period);
            _looking = LookAsync();
        }

        return Task.CompletedTask;
    }

    private async Task LookAsync()
    {
        await TryAsync("runs to watch", leases.RunAsync);
        await TryAsync("endpoints", TidyEndpointsAsync);
        await TryAsync("artifacts of removed runs", purger.ResumeAsync);
        if (options.Value.Retention is not null)
        {
            await TryAsync("what was deleted long ago", PurgeAsync);
        }
    }

    private async Task TidyEndpointsAsync()
    {
        foreach (var name in await endpoints.FindAsync())
        {
            await TryAsync($"what endpoint '{name}' keeps no longer", GrainFactory.GetGrain<IEndpointGrain>(name).TidyAsync);
        }
    }

    private async Task PurgeAsync()
    {
        var purged = 0;
        string? token = null;
        do
        {
            var page = await purger.RunAsync(new PurgeRequest(false, null, PageSize, token));
            purged += page.Purged.Count;
            token = page.NextPageToken;
        }
        while (token is not null);
        if (purged > 0)
        {
            LogPurged(logger, purged);
        }
    }

    private async Task TryAsync(string what, Func<Task> look)
    {
        try
        {
            await look();
        }
#pragma warning disable CA1031 // Nobody waits for this task: whatever fails is logged, and the next tick tries again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, what);
        }
    }

    [LoggerMessage(LogLevel.Information, "{Count} runs and experiments that were deleted long ago are removed for good")]
    private static partial void LogPurged(ILogger logger, int count);

    [LoggerMessage(LogLevel.Error, "Housekeeping could not look for {What}: it tries again with the next tick")]
    private static partial void LogFailed(ILogger logger, Exception exception, string what);
}
