"""The workload: texts the customers of Naver Place bookings what they need, each text once."""

__version__ = "0.1.0"
