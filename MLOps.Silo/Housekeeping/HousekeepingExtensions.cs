using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Hosting;

namespace MLOps.Silo.Housekeeping;

/// <summary>What clears up by itself: runs whose client died, and what was deleted long ago, and what endpoints keep no longer.</summary>
public static class HousekeepingExtensions
{
    public static IHostApplicationBuilder AddHousekeeping(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<HousekeepingOptions>, HousekeepingOptionsValidator>();
        services.AddOptions<HousekeepingOptions>().BindConfiguration(HousekeepingOptions.SectionName).ValidateOnStart();
        services.AddOptions<ReminderOptions>().PostConfigure<IOptions<HousekeepingOptions>>(Allow);
        services.AddSingleton<ModelUse>();
        services.AddSingleton<Purger>();
        services.AddSingleton<LeaseSearch>();
        services.AddSingleton<EndpointSearch>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, HousekeepingStart>();
        return builder;
    }

    /// <summary>Orleans refuses reminders with a shorter period than this.</summary>
    private static void Allow(ReminderOptions reminders, IOptions<HousekeepingOptions> housekeeping)
    {
        foreach (var period in (TimeSpan[])[housekeeping.Value.HeartbeatCheckPeriod, housekeeping.Value.Period])
        {
            reminders.MinimumReminderPeriod = period < reminders.MinimumReminderPeriod ? period : reminders.MinimumReminderPeriod;
        }
    }
}
