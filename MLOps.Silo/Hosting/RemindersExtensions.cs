using Microsoft.Extensions.DependencyInjection;
using MLOps.Silo.Storage;
using Orleans.Hosting;

namespace MLOps.Silo.Hosting;

/// <summary>Reminders in the tracking database.</summary>
public static class RemindersExtensions
{
    /// <summary>Switches Orleans' reminders on, kept in the tracking database: they tick after a restart too, at the next multiple of their period.
    /// A period is one minute or longer (<see cref="ReminderOptions.MinimumReminderPeriod"/>). The host also calls <c>AddMLOpsTracking</c>.</summary>
    public static ISiloBuilder AddMLOpsReminders(this ISiloBuilder silo)
    {
        silo.AddReminders();
        silo.Services.AddSingleton<IReminderTable, ReminderTable>();
        return silo;
    }
}
