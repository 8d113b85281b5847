namespace MLOps.Models.Classical.Hmm;

/// <summary>Hears each starting point's number, from 1, with where it led; the number after the last is the best one, climbed to its end.</summary>
internal delegate void BaumWelchProgress(int start, double logLikelihood);
